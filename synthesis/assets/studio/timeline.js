// The keyframes in order: added, moved, stretched, deleted, by pointer or by keys.

import { paint } from "./api.js";
import { name, strongest } from "./expression.js";
import { tell, trying } from "./notices.js";

const PER_SECOND = 96; // pixels
const NARROWEST = 84;
const SHORTEST = 0.1; // seconds
const STEP = 0.25;

const byId = (id) => document.getElementById(id);
const rounded = (seconds) => Math.round(seconds * 100) / 100;

export class Timeline {
  // `manner` tells how emotions are applied, `load` puts a keyframe's on the sliders.
  constructor(about, manner, load, changed) {
    Object.assign(this, { about, manner, load, changed });
    this.rows = [];
    this.chosen = -1;
    this.list = byId("timeline");
    this.list.addEventListener("keydown", (event) => this.#key(event));
    byId("tools").addEventListener("click", (event) => this.#tool(event.target.dataset.tool));
    byId("seconds").addEventListener("change", (event) =>
      this.#stretch(this.chosen, Number(event.target.value)));
    byId("clear").addEventListener("click", () => this.replace([]));
    this.replace([]);
  }

  get seconds() {
    return rounded(this.rows.reduce((sum, row) => sum + row.seconds, 0));
  }

  get value() {
    return this.rows.map(({ emotions, seconds }) => ({ emotions, seconds }));
  }

  add(emotions, seconds = this.rows.length ? 1.5 : 0.5) {
    if (this.rows.length >= this.about.max_rows) {
      tell(`a timeline has ${this.about.max_rows} keyframes at most`);
      return;
    }
    this.rows.push({ emotions, seconds });
    this.choose(this.rows.length - 1);
    this.list.scrollLeft = this.list.scrollWidth;
  }

  replace(rows) {
    this.rows = rows.slice(0, this.about.max_rows).map((row) => ({ ...row }));
    this.choose(-1);
  }

  // Draws all small pictures anew: another face, or another mask.
  repaint() {
    for (const row of this.rows) row.stale = true;
    this.#pictures();
  }

  choose(index, focus = false) {
    this.chosen = Math.min(index, this.rows.length - 1);
    this.#draw();
    if (focus && this.chosen >= 0) this.list.children[this.chosen].focus();
  }

  #draw() {
    this.list.replaceChildren(...this.rows.map((row, index) => this.#item(row, index)));
    byId("timeline-empty").hidden = this.rows.length > 0;
    byId("timeline-keys").hidden = !this.rows.length;
    byId("tools").hidden = this.chosen < 0;
    byId("clear").hidden = !this.rows.length;
    byId("render").disabled = !this.rows.length;
    if (this.chosen >= 0) byId("seconds").value = this.rows[this.chosen].seconds;
    const many = this.rows.length === 1 ? "keyframe" : "keyframes";
    byId("duration").textContent = this.rows.length
      ? `${this.rows.length} ${many}, ${this.seconds} s` : "";
    this.changed();
    this.#pictures();
  }

  #item(row, index) {
    const item = document.createElement("li");
    item.className = "frame";
    item.tabIndex = index === Math.max(this.chosen, 0) ? 0 : -1;
    item.dataset.emotion = strongest(row.emotions);
    item.style.width = `${Math.max(row.seconds * PER_SECOND, NARROWEST)}px`;
    const before = strongest(this.rows[Math.max(index - 1, 0)].emotions);
    item.style.setProperty("--prev", `var(--${before})`);
    item.ariaCurrent = index === this.chosen;
    item.ariaLabel = `Keyframe ${index + 1} of ${this.rows.length}: ${name(row.emotions)}, ` +
      `${row.seconds} seconds`;
    const what = document.createElement("div");
    what.className = "what";
    const words = document.createElement("b");
    words.textContent = name(row.emotions);
    const time = document.createElement("span");
    time.textContent = `${row.seconds} s`;
    what.append(words, time);
    row.image ??= Object.assign(new Image(), { alt: "" });
    const edge = document.createElement("div");
    edge.className = "edge";
    item.append(row.image, what, edge);
    item.addEventListener("focus", () => {
      if (this.chosen !== index) this.choose(index, true);
    });
    item.addEventListener("pointerdown", (event) =>
      event.target === edge ? this.#dragEdge(event, item, index) : this.#drag(event, item, index));
    return item;
  }

  #key(event) {
    const index = this.chosen;
    if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const work = {
      ArrowLeft: () => (event.shiftKey ? this.#move(index, index - 1) : this.choose(Math.max(index - 1, 0), true)),
      ArrowRight: () => (event.shiftKey ? this.#move(index, index + 1) : this.choose(index + 1, true)),
      "+": () => this.#stretch(index, this.rows[index].seconds + STEP),
      "-": () => this.#stretch(index, this.rows[index].seconds - STEP),
      "−": () => this.#stretch(index, this.rows[index].seconds - STEP),
      Delete: () => this.#tool("delete"),
      Backspace: () => this.#tool("delete"),
      Enter: () => this.load(this.rows[index].emotions),
    }[event.key];
    if (!work) return;
    work();
    event.preventDefault();
    event.stopPropagation();
  }

  #tool(tool) {
    const index = this.chosen;
    const work = {
      left: () => this.#move(index, index - 1, false),
      right: () => this.#move(index, index + 1, false),
      take: () => {
        Object.assign(this.rows[index], { emotions: this.manner().emotions, stale: true });
        this.choose(index);
      },
      copy: () => {
        const { emotions, seconds } = this.rows[index];
        this.rows.splice(index + 1, 0, { emotions, seconds });
        this.choose(index + 1);
      },
      delete: () => {
        this.rows.splice(index, 1);
        this.choose(Math.min(index, this.rows.length - 1), document.activeElement !== document.body);
      },
    }[tool];
    if (work && index >= 0) work();
  }

  #move(from, to, focus = true) {
    if (to < 0 || to >= this.rows.length) return;
    this.rows.splice(to, 0, ...this.rows.splice(from, 1));
    this.choose(to, focus);
  }

  #stretch(index, seconds) {
    if (!Number.isFinite(seconds) || index < 0) return;
    const focused = this.list.contains(document.activeElement);
    const longest = this.about.max_seconds - this.seconds + this.rows[index].seconds;
    this.rows[index].seconds = rounded(Math.min(Math.max(seconds, SHORTEST), longest));
    this.choose(index, focused);
  }

  #dragEdge(event, item, index) {
    const row = this.rows[index];
    const begun = { x: event.clientX, seconds: row.seconds };
    const move = (now) => {
      row.seconds = rounded(Math.max(begun.seconds + (now.clientX - begun.x) / PER_SECOND, SHORTEST));
      item.style.width = `${Math.max(row.seconds * PER_SECOND, NARROWEST)}px`;
      item.querySelector("span").textContent = `${row.seconds} s`;
    };
    this.#until(event, item, move, () => this.#stretch(index, row.seconds));
    event.preventDefault();
  }

  #drag(event, item, index) {
    const begun = event.clientX;
    const touch = event.pointerType === "touch"; // there it scrolls; the buttons move
    const move = (now) => {
      if (touch || Math.abs(now.clientX - begun) < 6) return;
      item.classList.add("dragged");
      item.style.translate = `${now.clientX - begun}px`;
    };
    this.#until(event, item, move, (end) => {
      const dragged = item.classList.contains("dragged");
      const others = [...this.list.children].filter((other) => other !== item);
      const middle = (other) => other.getBoundingClientRect().x + other.offsetWidth / 2;
      const to = others.filter((other) => middle(other) < end.clientX).length;
      if (dragged) this.#move(index, to);
      else this.choose(index, true);
    });
    event.preventDefault(); // to be focused would draw it anew, and end the drag
  }

  #until(event, item, move, done) {
    item.setPointerCapture(event.pointerId);
    item.addEventListener("pointermove", move);
    item.addEventListener("pointerup", (end) => {
      item.removeEventListener("pointermove", move);
      done(end);
    }, { once: true });
    item.addEventListener("pointercancel", () => this.#draw(), { once: true });
  }

  // One after the other, so that the large picture never waits long.
  async #pictures() {
    if (this.painting) return;
    this.painting = true;
    const open = () => this.rows.find((row) => row.stale || !row.image?.src);
    for (let row = open(); row; row = open()) {
      row.stale = false;
      const edit = { ...this.manner(), emotions: row.emotions, preview: true };
      const blob = await trying(() => paint(edit));
      if (!blob) break;
      if (row.image.src) URL.revokeObjectURL(row.image.src);
      row.image.src = URL.createObjectURL(blob);
    }
    this.painting = false;
  }
}
