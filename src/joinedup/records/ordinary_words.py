"""Ordinary English words, which alone say nothing of anybody even where somebody bears one as a name.

Our own choice: what reasons are written with, and names that are words as well.
"""

from __future__ import annotations

NO_NAMES = frozenset(
    """
    a about above according account accounts act action actions address administrator advice after
    afterwards again against age agencies agency ago agreed agreement all alleged allowed almost already
    also although always am among an analysis analyst and anonymous another anti any anybody anyone
    anything appeal applied apply approved archive are area areas around article as asb asked asking
    asks assault assessment at audit authority away back be because been before began behaviour being
    below beside better between board borough both breach built business but by called caller callers
    can cancelled cannot cases ceased central centre certain change changed changes check checked chief
    children civil claim clear cllr closed closing code come commission commissioner committee community
    company complaint complete completed conclude concluded confirmed consent contract control copy
    corrected correction could council councillor counted county court covered covers crime crimes
    criminal current damage data database date dated dates days dc dead death deceased december decided
    decision declined delete deleted delivered delivery department destroyed details did director
    disclosure disorder district do doctor document documents does doing done double down dr drug due
    duplicate duplicates during duty each earlier either else empty end ended ending ends enforcement
    enough enquiry entered entry erase erased erasure error errors evaluation even ever every everybody
    everyone everything evidence exercise expired export extended extract false family february feed
    female few file files final financial finished fire first five flat floor following follows for
    found four fraud from full funding further gave gdpr general get give given gives go goes going gone
    government group guidance had half happened has have having he health hearing held her here hers
    herself high him himself his hoax hold home hospital housing how however i if in incident incidents
    independent information inquiry insp inspection instead insurance intelligence into invalid
    investigation is issue issued it item its itself january joint judicial just keep keeping kept know
    known lady last late later lawful lead least leave left legal less let letter licence licensing like
    limit limitation line list litigation litter local log longer lost low madam made mail make male man
    manager mandatory many matter me mean means meeting member members message minute minutes miss
    missing mistake mistaken monitoring month monthly months more morning most mr mrs ms much must mx my
    name named names national near need needed needs neighbour neither never new next nhs nine no nobody
    noise none nor not note notes nothing notice november now nuisance number numbers obligation
    occupier of off office officer officers official often old older on once one only onto open
    operation opposed or order ordered orders organisation original other others our out over own owner
    owners paid panel paper paragraph part partner partners partnership past pc pending people per
    perhaps period periods permission person phone places plan please point points police policy
    postcode practice present previous prison privacy probation problem proceedings process prof
    professional professor programme project proof prosecution protection provided public published
    purpose purposes put quality quarter quarterly question questions quite rang rather reason reasons
    received record recorded records reference refused register regulation rejected related relevant
    remain remains remove removed repeat replaced report reported reports request requested requests
    required requires research resident residents responsible rest restored result results retained
    retention rev reverend review reviewed reviews rights road rules running runs safe safety same say
    says schedule school second section sector security see seen send sent september serious service
    services set settled seven several sgt shall she sheet shop should since sir six snr so social some
    somebody someone something soon source specific staff standard started state statement station
    statute statutory still stop stopped storage stored subject submitted such support supt survey
    suspect system take taken takes team telephone ten term test tested than that the theft their theirs
    them themselves then there therefore these they thing things third this those though three through
    till time times tipping to today together told too took total toward towards training transfer trial
    tribunal twice two typed uk unable under unit university unknown unless until up update updated upon
    us use used user using valid verified version very victim victims village violence wanted wardens
    was we website week weeks well went were what when where whether which while who whole whom whose
    why with withdrawn within without witness woman women work working works would write writing written
    wrong year yearly years yes yesterday yet you your youth zero
    """.split()  # noqa: SIM905 - a list of words reads as one
)
"""Words that are no part of a name, though they stand in the field for one: no reason is refused for them."""

NAMES_TOO = frozenset(
    """
    abbey ace aid amber angel april arch archer art ash aspen august autumn bailey baker ball banks bar
    barber barker bay beach bell berry best bill bird bishop black bless blessing bliss blue bond booth
    bow bridge bridges bright brook brooks brown browning buck bull burn bush butcher butler cannon cap
    carpenter carter case cash castle chance chandler charity chase cherry child chip christian
    christmas church city clay clement clerk cliff close cloud coal coast cole comfort constable
    constant cook cooper cope coral cotton crisp crook cross crown curry daisy dale dark darling dash
    dawn day deal dean dear dell dex dolly drake draper drew drum duke dusty dyer earl early east eden
    english faith farmer fay fern field fields fish fisher flint flood flora flower flowers ford forest
    forester forge foster fowler fox franc frank freedom freeman french friday friend frost fuller gale
    gallant garden gardener gardner gay gem gene gentle gift ginger glen glory glover golden goldsmith
    good grace grand grange grant grave graves gray green grey ground grove guy hail hale hall hammer
    hand hands harden hardy hare harmony harper hart harvest hatch haven hawk hay hazel head heart heath
    heather heaven hedge henna hero hicks hill hills hobby holder hollow holly holy honey honor honour
    hood hook hope horn house hunt hunter hurry hurst hyde iris iron ivy jade jasmine jay jean jewel job
    joiner jolly joy jr judge july june junior justice key keys king kings kit kite kitty knight lake
    lamb lance lane lark law lawn laws lay league legend leigh lemon liberty light lily link lion little
    lock lodge london long lord loud love lovely loyal luck lucky mace major manger manor maple marble
    march mark marks marsh marshal marshall mason masters maxim may mayor melody mercer mercy merit
    merry mild miles mill miller mills mint mission mist mole monday monk moon moor moors morn moss
    mount myrtle nelly nice night noble noon north nova novel oak oaks ocean october olive opal orange
    page palmer parish park parker parks parry parson pass pat patience patient peace peach pearl penny
    pepper perry picking pilgrim pine piper pitt place plant plum pole poll pollard pond pool poole pope
    poppy porter post potter potts power powers presley price pride prime prince princess prior proud
    purdey quest quick rain ramp raven ray read reader red reed reef reeve reeves rich ridge right ring
    river rivers rob robin rock roman rose rosemary rowan royal ruby rule rush rusty sable sage said
    saint sale sally salt sand sands sandy sargent savage saw sawyer scarlet sergeant sharp sharpe
    shepherd sherry shore short shy sidney silver skip sky skye slater sleigh small smart smith snow
    south spark speed spicer spring squire stable star stark steel sterling steward stewart stock stokes
    stone stones storm story strange street strong sue summer summers sunday sunny swallow swan sweet
    swift tailor tanner taylor teal temple terrace thorn tiller timber town townsend trace tree trinity
    troy trust tucker turner turnip tyler vale valentine van velvet victor victory viola violet virtue
    wade wait wales walk walker wall waller ward warden ware warren waters watts way weaver webb weir
    wells welsh west wheeler white wild wilder will win wind winds winner winter winters wise wish wolf
    wood woodland woods worth wren wright yard york young younger
    """.split()  # noqa: SIM905 - as above
)
"""Words that are names too: they name somebody only beside another part of the same person's name."""

ORDINARY = NO_NAMES | NAMES_TOO

TITLES = frozenset("mr mrs ms miss mx sir dr doctor cllr councillor pc dc sgt".split())  # noqa: SIM905
"""Words after which even a word that is ordinary names somebody."""
