// What a key means for notes.

const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable=false])";

/** Whether the key N was pressed alone, by somebody who is not typing. */
export function startsNote(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key.toLowerCase() !== "n") return false;
  return !event.target.closest?.(TYPING);
}

/** "save", "give up" or "" for a key in the field of a note. */
export function meaningInField(event) {
  if (event.isComposing) return ""; // Enter ends a word of a Japanese note, not the note
  if (event.key === "Escape") return "give up";
  return event.key === "Enter" && !event.shiftKey ? "save" : "";
}
