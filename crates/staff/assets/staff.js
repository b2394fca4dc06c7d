// Makes the staff's pages nicer; everything works without it. No HTML is ever made from strings.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (words) => {
    const place = document.getElementById("said");
    if (place) place.textContent = words;
  };

  // Copying: the button is hidden where there is no script.
  const copying = (within) => all("[data-copy]", within).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.value ?? source.textContent);
      } catch {
        // Without a secure address there is no clipboard to write to: select, so that the keys can.
        getSelection().selectAllChildren(source);
        return say("選択しました。Ctrl+C（MacはCommand+C）でコピーしてください。");
      }
      say("コピーしました。");
    });
  });

  // Counting: letters as people count them.
  const letters = new Intl.Segmenter("ja");
  const tally = (area) => {
    const place = document.getElementById(`${area.id}-count`);
    if (!place) return;
    const most = Number(area.dataset.most);
    const left = most - [...letters.segment(area.value)].length;
    place.textContent = left < 0 ? `${-left}字超えています（${most}字まで）` : `あと${left}字（${most}字まで）`;
    place.classList.toggle("over", left < 0);
  };

  // Days in 和暦.
  const era = (input) => {
    const place = document.getElementById(`${input.id}-era`);
    if (!place) return;
    const [year, month, day] = input.value.split("-").map(Number);
    const date = new Date(Date.UTC(year, month - 1, day));
    place.textContent = !input.value || date < Date.UTC(1873, 0, 1) ? "" : new Intl.DateTimeFormat("ja-JP-u-ca-japanese", {
      era: "long", year: "numeric", month: "long", day: "numeric", timeZone: "UTC",
    }).format(date).replace(/(\D)1年/, "$1元年");
  };

  // A preview that follows the typing: the form is sent as its preview button would send it, and that place is taken over.
  const preview = (form) => {
    const button = form.querySelector("[data-preview]");
    if (!button) return () => {};
    let timer;
    let asked;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        asked?.abort();
        asked = new XMLHttpRequest();
        asked.open("POST", button.formAction);
        asked.responseType = "document";
        asked.addEventListener("load", ({ target }) => {
          const here = document.getElementById(button.dataset.preview);
          const there = target.response?.getElementById(button.dataset.preview);
          if (!here || !there) return;
          const taken = document.importNode(there, true);
          here.replaceWith(taken);
          copying(taken);
        });
        const data = new FormData(form, button);
        data.append("live", "yes");
        const words = [...data].filter(([, value]) => typeof value === "string");
        asked.send(form.enctype === "multipart/form-data" ? data : new URLSearchParams(words));
      }, 500);
    };
  };

  // Typed and not kept: ask before leaving.
  let typed = false;
  addEventListener("beforeunload", (event) => typed && event.preventDefault());

  all("form").forEach((form) => {
    const keep = form.method === "post" && "keep" in form.dataset;
    const show = preview(form);
    form.addEventListener("input", ({ target }) => {
      if (keep) typed = true;
      if (target.matches("textarea[data-most]")) tally(target);
      if (target.type === "date") era(target);
      show();
    });
    // Sent once: a second press waits for the answer.
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      typed = false;
      if (form.method !== "post" || event.submitter?.hasAttribute("data-again")) return;
      form.dataset.sent = "yes";
      event.submitter?.setAttribute("aria-disabled", "true");
      say("送信しています。");
    });
  });
  // Coming back by the browser's button: the form may be sent again.
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  }));

  copying(document);
  all("textarea[data-most]").forEach(tally);
  all("input[type=date]").forEach(era);
  document.querySelector(".problems")?.focus();

  // The visit's end: said five minutes before, and put off by a press.
  const ending = document.getElementById("ending");
  if (ending) {
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        ending.hidden = false;
      }, Math.min(Math.max(0, Number(ending.dataset.left) - 300000), 2 ** 31 - 1));
    };
    wait();
    ending.querySelector("button").addEventListener("click", async () => {
      const answer = await fetch(location.pathname, { method: "HEAD", redirect: "error" }).catch(() => null);
      if (!answer?.ok) return say("延ばせませんでした。入力した内容を控えてから、サインインし直してください。");
      ending.hidden = true;
      wait();
      say("延ばしました。");
    });
  }
})();
