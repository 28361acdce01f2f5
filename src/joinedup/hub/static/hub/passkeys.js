// Passkeys: a form marked data-passkey asks the device for one (create or get) and sends what it gives.
const BYTES = { create: ["challenge", "user.id"], get: ["challenge"] };

function fromBase64url(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

function toBase64url(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function readable(options, kind) {
  for (const path of BYTES[kind]) {
    const names = path.split(".");
    const last = names.pop();
    const holder = names.reduce((part, name) => part[name], options);
    holder[last] = fromBase64url(holder[last]);
  }
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    for (const known of options[list] ?? []) known.id = fromBase64url(known.id);
  }
  return options;
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toBase64url(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toBase64url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function ask(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) throw new Error("no options");
  const publicKey = readable(await answer.json(), form.dataset.passkey);
  return navigator.credentials[form.dataset.passkey]({ publicKey });
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const trouble = (name, shown) => {
    form.querySelector(`[data-passkey-${name}]`).hidden = !shown;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble("unsupported", !window.PublicKeyCredential);
    trouble("broken-off", false);
    if (!window.PublicKeyCredential) return;
    try {
      form.elements.passkey.value = written(await ask(form));
    } catch {
      trouble("broken-off", true);
      return;
    }
    form.submit();
  });
}
