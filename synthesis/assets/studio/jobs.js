// Long work: its place in the queue, how far it is, what came out of it.

import { get, remove } from "./api.js";
import { tell, trying } from "./notices.js";

const OFTEN = 500; // milliseconds between looks while something is going on
const SELDOM = 20000; // otherwise: a sign of life
const TITLES = {
  photograph: "Photograph",
  emotions: "Emotions of a film",
  pose: "Pose of a film",
  video: "Video",
};
const FILES = {
  "video.mp4": "MP4",
  "video.gif": "GIF",
  "record.json": "Record (JSON)",
  "latents.npy": "Latents (.npy)",
  "face.npy": "Face (.npy)",
  "clip.mp4": "Film",
};

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

const size = (bytes) =>
  bytes < 1e6 ? `${Math.max(Math.round(bytes / 1e3), 1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

function place(job) {
  if (job.state === "queued") {
    return job.before ? `Waiting: ${job.before} before you` : "Next in the queue";
  }
  const far = job.total ? ` ${Math.min(job.done, job.total)} of ${job.total}` : "";
  return `${job.stage[0]?.toUpperCase() ?? ""}${job.stage.slice(1)}${far}`;
}

export class Jobs {
  // `finished` is called once with every job that is done.
  constructor(list, finished) {
    this.list = list;
    this.finished = finished;
    this.shown = new Map(); // name → its card
    this.over = new Set();
    this.timer = 0;
  }

  // Jobs that were there when the page was opened are over already, if they are over.
  begin(jobs) {
    for (const job of jobs) if (job.state !== "queued" && job.state !== "running") this.over.add(job.name);
    this.#draw(jobs);
  }

  add(job) {
    this.#show(job);
    this.shown.get(job.name).scrollIntoView({ block: "nearest", behavior: "smooth" });
    this.#later(OFTEN);
  }

  #later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#look(), milliseconds);
  }

  async #look() {
    const jobs = await trying(() => get("jobs"));
    if (jobs) this.#draw(jobs);
    else this.#later(SELDOM);
  }

  #draw(jobs) {
    const names = new Set(jobs.map((job) => job.name));
    for (const [name, card] of this.shown) {
      if (names.has(name)) continue;
      card.remove();
      this.shown.delete(name);
    }
    for (const job of jobs) this.#show(job);
    const busy = jobs.some((job) => job.state === "queued" || job.state === "running");
    this.#later(busy ? OFTEN : SELDOM);
  }

  #show(job) {
    let card = this.shown.get(job.name);
    if (!card) {
      card = element("article", { className: "card job", ariaLabel: TITLES[job.kind] });
      card.dataset.job = job.name;
      this.shown.set(job.name, card);
      this.list.prepend(card);
    }
    card.dataset.state = job.state;
    if (job.state === "queued" || job.state === "running") {
      this.#progress(card, job);
      return;
    }
    if (card.dataset.over) return;
    card.dataset.over = true;
    if (job.state === "cancelled") {
      card.remove();
    } else if (job.state === "failed") {
      this.#failed(card, job);
    } else if (job.files["video.mp4"]) {
      this.#video(card, job);
    } else {
      card.remove();
    }
    if (job.state === "done" && !this.over.has(job.name)) this.finished(job);
    this.over.add(job.name);
  }

  #progress(card, job) {
    let way = card.querySelector(".way");
    if (!way) {
      way = element("div", { className: "way" });
      way.append(
        element("img", { alt: "How the face looks so far", hidden: true }),
        element("div", {},
          element("h2", { textContent: TITLES[job.kind] }),
          element("p", { className: "faint", role: "status" }),
          element("progress", { ariaLabel: "Progress" })),
        this.#button("Cancel", job));
      card.replaceChildren(way);
    }
    way.querySelector("p").textContent = place(job);
    const bar = way.querySelector("progress");
    if (job.total && job.state === "running") {
      bar.max = job.total;
      bar.value = Math.min(job.done, job.total);
    } else {
      bar.removeAttribute("value");
    }
    const picture = way.querySelector("img");
    if (job.pictures) {
      picture.hidden = false;
      picture.src = `jobs/${job.name}/picture?${job.pictures}`;
    }
  }

  #failed(card, job) {
    card.replaceChildren(
      element("div", { className: "head" },
        element("h2", { textContent: TITLES[job.kind] }), this.#button("Remove", job)),
      element("p", { className: "failed", textContent: `${job.message[0].toUpperCase()}${job.message.slice(1)}.` }));
    tell(job.message);
  }

  #video(card, job) {
    const path = `jobs/${job.name}`;
    const { command, frames, fps, needs } = job.answer;
    const video = element("video", {
      src: `${path}/video.mp4`, controls: true, loop: true, muted: true, playsInline: true,
      preload: "auto", ariaLabel: `${TITLES[job.kind]}: the face moves for ${(frames / fps).toFixed(1)} seconds`,
    });
    const links = Object.entries(job.files).map(([name, bytes]) =>
      element("a", {
        className: "button", href: `${path}/${name}?download`, download: name,
        textContent: `${FILES[name] ?? name} · ${size(bytes)}`,
      }));
    const code = element("code", { textContent: command, tabIndex: 0 });
    const copy = element("button", { type: "button", textContent: "Copy" });
    copy.addEventListener("click", async () => {
      await trying(() => navigator.clipboard.writeText(command));
      copy.textContent = "Copied";
    });
    const beside = needs.length ? ` It needs ${needs.join(" and ")} from above beside it.` : "";
    card.classList.add("has-video");
    card.replaceChildren(
      element("div", { className: "media" }, video),
      element("div", { className: "body" },
        element("div", { className: "head" },
          element("h2", { textContent: TITLES[job.kind] }), this.#button("Remove", job)),
        element("p", { className: "faint", textContent: `${frames} frames, ${(frames / fps).toFixed(1)} s` }),
        element("div", { className: "bar" }, ...links),
        element("div", { className: "command" },
          element("div", { className: "head" },
            element("p", { className: "faint", textContent: `The command that makes the same video.${beside}` }), copy),
          code)));
  }

  #button(text, job) {
    const button = element("button", { type: "button", className: "quiet", textContent: text });
    button.addEventListener("click", async () => {
      const jobs = await trying(() => remove(`jobs/${job.name}`));
      if (jobs) this.#draw(jobs);
    });
    return button;
  }
}
