// Media Chrome's controls around the page's own media element.

/**
 * Put the media element of `root` into the controls of its template, for a `kind` of "video" or
 * "audio", labelled in the page's language. Without Media Chrome the browser's own controls stay: then this rejects.
 */
export async function mountChrome(root, kind) {
  const { addTranslation, setLanguage } = await import(root.dataset.chrome);
  const { lang } = document.documentElement;
  addTranslation(lang, JSON.parse(document.getElementById("player-words").textContent));
  setLanguage(lang);
  const template = root.querySelector("[data-player-chrome]");
  const controller = template.content.firstElementChild.cloneNode(true);
  controller.toggleAttribute("audio", kind === "audio");
  const element = root.querySelector("video, audio");
  element.controls = false;
  element.slot = "media";
  element.replaceWith(controller);
  controller.prepend(element);
}
