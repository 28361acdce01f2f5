-- What pandoc's Typst writer needs telling: alternative texts of images (it drops them), and our own blocks,
-- which become calls of functions in the Typst template.

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local calls = {
  findings = "findings",
  caution = "caution",
  ["open-question"] = "open-question",
  ruled = "ruled",
  answer = "answer",
  ask = "ask",
  workings = "workings",
  question = "question",
  columns = "two-columns",
}

function Header(header)
  if header.classes:includes("new-page") then
    header.classes = {}
    return { pandoc.RawBlock("typst", "#pagebreak(weak: true)"), header }
  end
end

-- Columns that are not numbers stand left, whatever the figure around the table does; short tables stay whole.
function Table(tbl)
  for _, spec in ipairs(tbl.colspecs) do
    if spec[1] == pandoc.AlignDefault then
      spec[1] = pandoc.AlignLeft
    end
  end
  local rows = 0
  for _, body in ipairs(tbl.bodies) do
    rows = rows + #body.body
  end
  if rows <= 12 then
    return { pandoc.RawBlock("typst", "#together["), tbl, pandoc.RawBlock("typst", "]") }
  end
  return tbl
end

function Image(image)
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  local width = image.attributes.width or "100%"
  return pandoc.RawInline("typst", "#image(" .. quoted(image.src) .. ", width: " .. width .. ", alt: " .. quoted(alt) .. ")")
end

local function side_by_side(div)
  local blocks = pandoc.List({ pandoc.RawBlock("typst", "#pair(") })
  for _, block in ipairs(div.content) do
    blocks:insert(pandoc.RawBlock("typst", "["))
    blocks:insert(block)
    blocks:insert(pandoc.RawBlock("typst", "],"))
  end
  blocks:insert(pandoc.RawBlock("typst", ")"))
  return blocks
end

function Div(div)
  if div.classes:includes("pair") then
    return side_by_side(div)
  end
  for _, class in ipairs(div.classes) do
    if calls[class] then
      local blocks = pandoc.List({ pandoc.RawBlock("typst", "#" .. calls[class] .. "[") })
      blocks:extend(div.content)
      blocks:insert(pandoc.RawBlock("typst", "]"))
      return blocks
    end
  end
  return div.content
end

function Span(span)
  if span.identifier ~= "" then
    return { pandoc.RawInline("typst", "#place-of(" .. quoted(span.identifier) .. ")["), pandoc.Span(span.content), pandoc.RawInline("typst", "]") }
  end
  if span.classes:includes("refs") then
    local inlines = pandoc.List({ pandoc.RawInline("typst", "#refs[") })
    inlines:extend(span.content)
    inlines:insert(pandoc.RawInline("typst", "]"))
    return inlines
  end
  return span.content
end
