// Photographs and films: chosen, or dropped on the page; limits are told before anything is sent.

import { upload } from "./api.js";
import { tell, trying } from "./notices.js";

const byId = (id) => document.getElementById(id);
const megabytes = (bytes) => Math.floor(bytes / 2 ** 20);

export class Uploads {
  // `begun` is given the job of every upload.
  constructor(about, begun) {
    this.about = about;
    this.begun = begun;
    for (const [id, path] of [
      ["photograph", "photograph"],
      ["clip-emotions", "clip/emotions"],
      ["clip-pose", "clip/pose"],
    ]) {
      byId(id).addEventListener("change", async (event) => {
        const [file] = event.target.files;
        if (file) await this.#send(path, file);
        event.target.value = "";
      });
    }
    this.#drops();
  }

  async #send(path, file) {
    const film = path.startsWith("clip");
    const limit = film ? this.about.max_clip_bytes : this.about.max_photograph_bytes;
    if (file.size > limit) {
      tell(`this ${film ? "film" : "photograph"} has ${megabytes(file.size)} MB; ` +
        `${megabytes(limit)} MB at most are taken`);
      return;
    }
    const job = await trying(() => upload(path, file));
    if (job) this.begun(job);
  }

  #drops() {
    const isFile = (event) => [...event.dataTransfer.types].includes("Files");
    addEventListener("dragover", (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      document.body.classList.add("dropping");
    });
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) document.body.classList.remove("dropping");
    });
    addEventListener("drop", (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      document.body.classList.remove("dropping");
      const [file] = event.dataTransfer.files;
      if (file) this.#send(file.type.startsWith("video/") ? "clip/emotions" : "photograph", file);
    });
  }
}
