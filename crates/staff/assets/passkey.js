// Passkeys: asks for a challenge, has the browser answer it, and sends the form with the answer in it.
"use strict";
(() => {
  if (!window.PublicKeyCredential || !isSecureContext) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));

  const asked = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: keys(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: keys(options.allowCredentials) }),
  });

  const answer = ({ id, rawId, type, response, ...rest }) => JSON.stringify({
    id,
    rawId: text(rawId),
    type,
    extensions: rest.getClientExtensionResults?.() ?? {},
    response: Object.fromEntries(["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"]
      .filter((name) => response[name]).map((name) => [name, text(response[name])])),
  });

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const place = form.elements.namedItem("passkey");
    const wrong = form.querySelector("[role=alert]") ?? form.appendChild(document.createElement("p"));
    wrong.className = "wrong";
    wrong.setAttribute("role", "alert");
    wrong.hidden = true;
    form.hidden = false;
    // Before the other script counts the form as sent.
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      wrong.hidden = true;
      try {
        const got = await fetch(form.dataset.passkey, { method: "POST", redirect: "error" });
        const options = await got.json();
        if (!got.ok) throw new Error(options.problem);
        const publicKey = asked(options.publicKey);
        const key = "make" in form.dataset
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
        const { id, rawId, type, response } = key;
        place.value = answer({ id, rawId, type, response, getClientExtensionResults: () => key.getClientExtensionResults() });
        form.submit();
      } catch (fault) {
        wrong.textContent = fault instanceof DOMException || !fault.message
          ? "パスキーを使えませんでした。もう一度行うか、ほかの方法を選んでください。"
          : fault.message;
        wrong.hidden = false;
      }
    }, { capture: true });
  });
})();
