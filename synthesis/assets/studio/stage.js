// The live picture: small while a slider moves, full size when it rests; and the wipe.

import { paint } from "./api.js";
import { trying } from "./notices.js";

const REST = 120; // milliseconds without a movement until the full picture is asked for

export class Stage {
  constructor() {
    this.place = document.getElementById("stage");
    this.after = document.getElementById("after");
    this.before = document.getElementById("before");
    this.sharpness = document.getElementById("sharpness");
    this.save = document.getElementById("save");
    this.wanted = null;
    this.running = false;
    this.resting = 0;
    this.full = null;
    this.sharp = null; // the edit whose full picture came
    this.#wipe();
  }

  // Shows an edit; `began` is when it was asked for, `quiet` means that nothing is moving.
  show(edit, { began = performance.now(), quiet = false } = {}) {
    this.full?.abort();
    clearTimeout(this.resting);
    this.edit = edit;
    this.sharpness.textContent = "…";
    if (!quiet) {
      this.wanted = { edit, began };
      this.#previews();
    }
    this.resting = setTimeout(() => this.#rest(began), quiet ? 0 : REST);
  }

  async face() {
    const blob = await trying(() => paint({ before: true }));
    if (blob) await this.#put(this.before, blob);
  }

  describe(text) {
    this.after.alt = text;
  }

  // One request at a time: of those that come meanwhile only the last one counts.
  async #previews() {
    if (this.running) return;
    this.running = true;
    while (this.wanted) {
      const { edit, began } = this.wanted;
      this.wanted = null;
      const blob = await trying(() => paint({ ...edit, preview: true }));
      // The full picture may have been faster.
      const shown = blob && (await this.#put(this.after, blob, () => this.sharp !== edit));
      if (!shown || edit !== this.edit) continue;
      this.#measure("preview", began);
      this.sharpness.textContent = "preview";
    }
    this.running = false;
  }

  async #rest(began) {
    const control = new AbortController();
    this.full = control;
    const edit = this.edit;
    const blob = await trying(() => paint(edit, control.signal));
    if (!blob || control.signal.aborted) return;
    this.sharp = edit;
    if (!(await this.#put(this.after, blob, () => !control.signal.aborted))) return;
    this.#measure("full", began);
    this.save.href = this.after.src;
    this.sharpness.textContent = `${this.after.naturalWidth} × ${this.after.naturalHeight}`;
  }

  // Puts a picture up once it is decoded, if it is still wanted then; says whether it was.
  async #put(image, blob, wanted = () => true) {
    const url = URL.createObjectURL(blob);
    const next = new Image();
    next.src = url;
    await next.decode();
    const unused = wanted() ? image.src : url;
    if (unused !== url) {
      image.src = url;
      await image.decode().catch(() => undefined);
    }
    if (unused.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(unused), 1000);
    return unused !== url;
  }

  // For performance.getEntriesByName: from the movement to the picture on the screen.
  #measure(name, start) {
    requestAnimationFrame(() => performance.measure(name, { start, end: performance.now() }));
  }

  #wipe() {
    const handle = document.getElementById("wipe");
    const compare = document.getElementById("compare");
    const set = (percent) => {
      const value = Math.round(Math.min(Math.max(percent, 0), 100));
      this.place.style.setProperty("--wipe", `${value}%`);
      handle.ariaValueNow = value;
      handle.ariaValueText = `${value} percent calm`;
    };
    const on = (comparing) => {
      compare.ariaPressed = comparing;
      this.place.classList.toggle("comparing", comparing);
      set(comparing ? 50 : 0);
    };
    compare.addEventListener("click", () => on(compare.ariaPressed !== "true"));
    const follow = (event) => {
      const box = this.place.getBoundingClientRect();
      set((100 * (event.clientX - box.left)) / box.width);
    };
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.addEventListener("pointermove", follow);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      handle.addEventListener(end, () => handle.removeEventListener("pointermove", follow));
    }
    handle.addEventListener("keydown", (event) => {
      const now = Number(handle.ariaValueNow);
      const to = { ArrowLeft: now - 5, ArrowRight: now + 5, Home: 0, End: 100 }[event.key];
      if (to === undefined) return;
      set(to);
      event.preventDefault();
      event.stopPropagation();
    });
    on(false);
  }
}
