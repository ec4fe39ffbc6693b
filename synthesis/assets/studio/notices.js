// Sentences at the bottom of the page, which screen readers read out.

const place = document.getElementById("notices");

export function tell(message) {
  const notice = document.createElement("div");
  notice.className = "notice";
  const text = document.createElement("span");
  text.textContent = message[0].toUpperCase() + message.slice(1) + (/[.!?]$/.test(message) ? "" : ".");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.ariaLabel = "Close this message";
  close.addEventListener("click", () => notice.remove());
  notice.append(text, close);
  place.replaceChildren(notice);
  setTimeout(() => notice.remove(), 15000);
}

// Runs something and tells what went wrong with it; the session's end reloads the page.
export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    if (error.over) {
      location.reload();
      return undefined;
    }
    tell(error.message);
    return undefined;
  }
}
