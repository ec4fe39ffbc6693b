// The sliders, and how their directions are applied.

const MASKS = {
  emotion: ["Emotion: first 8 layers", "Changes what is painted at 4×4 to 32×32 (thesis 4.4)."],
  keyframe: ["Keyframe: first 5 layers", "Changes less, keeps more of the person (thesis 3.9)."],
  pose: ["Pose: half of 5 layers", "Changes the first half of the first 5 layers (thesis 4.3)."],
  none: ["Everything", "No mask: colours and the person change along (thesis 4.4, figure 20)."],
  own: ["Layers of your own…", "Such as 0-7, 3, or 0-4:0-255 for some dimensions."],
};
const STRONGEST = 1.5;

const byId = (id) => document.getElementById(id);

export function fill(range) {
  const at = (value) => `${(100 * (value - range.min)) / (range.max - range.min)}%`;
  const zero = Math.max(Number(range.min), 0);
  const value = Number(range.value);
  range.style.setProperty("--from", at(Math.min(zero, value)));
  range.style.setProperty("--at", at(Math.max(zero, value)));
}

export class Expression {
  // `changed` is called with whether something is still moving.
  constructor(about, changed) {
    this.changed = changed;
    this.ranges = new Map();
    for (const name of about.emotions) this.#add(name, false);
    for (const name of about.turns) this.#add(name, true);
    this.turns = about.turns;
    for (const name of [...about.masks, "own"]) byId("mask").add(new Option(MASKS[name][0], name));
    this.#bind();
  }

  // What the server is asked for.
  get edit() {
    return { emotions: this.emotions, ...this.manner };
  }

  get emotions() {
    return this.#values((name) => !this.turns.includes(name));
  }

  get manner() {
    const mask = byId("mask").value;
    return {
      turns: this.#values((name) => this.turns.includes(name)),
      mask: mask === "own" ? byId("layers").value : mask,
      coefficient: Number(byId("coefficient").value),
    };
  }

  set emotions(values) {
    for (const [name, range] of this.ranges) {
      if (this.turns.includes(name)) continue;
      range.value = values[name] ?? 0;
      this.#label(name);
    }
    this.changed(true);
  }

  #values(belongs) {
    const moved = [...this.ranges].filter(([name, range]) => belongs(name) && Number(range.value));
    return Object.fromEntries(moved.map(([name, range]) => [name, Number(range.value)]));
  }

  #add(name, turns) {
    const label = document.createElement("label");
    label.className = "slider";
    label.dataset.emotion = name;
    const text = document.createElement("span");
    text.textContent = name[0].toUpperCase() + name.slice(1);
    const range = document.createElement("input");
    Object.assign(range, { type: "range", step: 0.01, value: 0, id: `slider-${name}` });
    range.min = turns ? -1 : -0.5;
    range.max = turns ? 1 : STRONGEST;
    range.value = 0;
    const output = document.createElement("output");
    label.append(text, range, output);
    byId("sliders").append(label);
    this.ranges.set(name, range);
    range.addEventListener("input", () => {
      this.#label(name);
      this.changed(true);
    });
    range.addEventListener("dblclick", () => {
      range.value = 0;
      this.#label(name);
      this.changed(true);
    });
    this.#label(name);
  }

  #label(name) {
    const range = this.ranges.get(name);
    const percent = Math.round(Number(range.value) * 100);
    const label = range.parentElement;
    label.querySelector("output").textContent = percent ? `${percent} %` : "0";
    label.classList.toggle("moved", percent !== 0);
    range.ariaValueText = `${percent} percent`;
    fill(range);
  }

  #bind() {
    const mask = byId("mask");
    const coefficient = byId("coefficient");
    const show = () => {
      byId("layers-label").hidden = mask.value !== "own";
      byId("mask-note").textContent = MASKS[mask.value][1];
      byId("coefficient-value").textContent = coefficient.value;
      fill(coefficient);
    };
    for (const input of [mask, coefficient]) {
      input.addEventListener("input", () => {
        show();
        this.changed(true);
      });
    }
    byId("layers").addEventListener("change", () => this.changed(true));
    byId("calm").addEventListener("click", () => {
      this.emotions = {};
    });
    show();
  }
}

// "happiness 80 %, fear 20 %", the strongest first; "calm" without any.
export function name(emotions) {
  const parts = Object.entries(emotions).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  if (!parts.length) return "calm";
  const text = ([word, value]) => (value === 1 ? word : `${word} ${Math.round(value * 100)} %`);
  return parts.map(text).join(", ");
}

export const strongest = (emotions) => name(emotions).split(/[ ,]/)[0];
