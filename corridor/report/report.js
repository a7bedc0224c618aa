(function () {
  "use strict";
  var root = document.documentElement;

  function setLanguage(language) {
    root.setAttribute("data-lang", language);
    root.lang = language === "zh" ? "zh-CN" : "en";
    document.querySelectorAll("button[data-set-lang]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.setLang === language));
    });
    if (window.redrawMap) { window.redrawMap(); }
  }
  document.querySelectorAll("button[data-set-lang]").forEach(function (button) {
    button.addEventListener("click", function () { setLanguage(button.dataset.setLang); });
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.printed").forEach(function (d) { d.open = true; });
  });
  document.querySelectorAll("button[data-open-all]").forEach(function (button) {
    button.addEventListener("click", function () {
      var open = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(open));
      document.querySelectorAll("details").forEach(function (d) { d.open = open; });
    });
  });

  /* What scrolls sideways can be scrolled by keyboard; what does not is no tab stop. */
  function reachable() {
    document.querySelectorAll(".table-wrap, .strip-wrap").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; } else { box.removeAttribute("tabindex"); }
    });
  }
  window.addEventListener("resize", reachable);
  reachable();

  /* A reader whose browser speaks Chinese gets the Chinese page. */
  setLanguage(/^zh\b/i.test(navigator.language || "") ? "zh" : "en");

  /* Each sheet says when it was printed; which run it shows stands in the style sheet already. */
  window.addEventListener("beforeprint", function () {
    var now = new Date(), sheet = document.styleSheets[0];
    var day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(function (n) {
      return String(n).padStart(2, "0");
    }).join("-");
    sheet.insertRule('@page { @bottom-center { content: "' + day + '"; } }', sheet.cssRules.length);
  });
}());
