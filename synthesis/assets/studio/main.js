// The page's parts, put together.

import { get, leave, post } from "./api.js";
import { Expression, fill, name } from "./expression.js";
import { Jobs } from "./jobs.js";
import { tell, trying } from "./notices.js";
import { Stage } from "./stage.js";
import { Timeline } from "./timeline.js";
import { Uploads } from "./uploads.js";

const KEPT = "studio"; // in the tab's storage, so that a reload loses nothing

const byId = (id) => document.getElementById(id);

function start(about) {
  byId("network").textContent = `${about.network}, ${about.resolution} × ${about.resolution}`;
  const stage = new Stage();
  let timeline = null;

  const changed = (moving) => {
    const text = name(expression.emotions);
    stage.describe(`The face: ${text}`);
    byId("tag-after").textContent = text;
    stage.show(expression.edit, { quiet: !moving });
    keep();
  };
  const expression = new Expression(about, (moving) => changed(moving));
  const keep = () => {
    if (!timeline) return;
    sessionStorage.setItem(KEPT, JSON.stringify({ emotions: expression.emotions, rows: timeline.value }));
  };
  timeline = new Timeline(about, () => expression.edit, (emotions) => (expression.emotions = emotions), keep);

  const face = (one) => {
    const rolled = one.kind === "rolled";
    if (rolled) {
      byId("seed").value = one.seed;
      byId("psi").value = one.psi;
    }
    byId("face-note").textContent = rolled
      ? `Seed ${one.seed}, truncation ψ ${one.psi}` : "From a photograph";
    byId("psi-value").textContent = `ψ ${byId("psi").value}`;
    fill(byId("psi"));
  };
  const newFace = async (one) => {
    face(one);
    changed(true);
    await stage.face();
    timeline.repaint();
  };
  const choose = async (wish) => {
    const one = await trying(() => post("face", wish));
    if (one) await newFace(one);
  };
  const psi = () => Number(byId("psi").value);
  byId("roll").addEventListener("click", () => choose({ psi: psi() }));
  byId("seed").addEventListener("change", (event) => {
    const seed = event.target.valueAsNumber;
    if (Number.isInteger(seed)) choose({ seed, psi: psi() });
  });
  byId("psi").addEventListener("input", () => {
    byId("psi-value").textContent = `ψ ${psi()}`;
    fill(byId("psi"));
  });
  byId("psi").addEventListener("change", () =>
    choose({ seed: byId("seed").valueAsNumber || 0, psi: psi() }));
  for (const id of ["mask", "layers", "coefficient"]) {
    byId(id).addEventListener("change", () => timeline.repaint());
  }

  const jobs = new Jobs(byId("jobs"), async (job) => {
    if (job.kind === "emotions") {
      timeline.replace(job.answer.rows);
      tell(`${job.answer.rows.length} emotions are in the timeline`);
    } else if (job.kind === "photograph") {
      await newFace({ kind: "photograph" });
      tell("this is how the network draws that face");
    } else {
      document.querySelector(`[data-job="${job.name}"] video`).play().catch(() => undefined);
    }
  });
  new Uploads(about, (job) => jobs.add(job));

  byId("add").addEventListener("click", () => timeline.add(expression.emotions));
  byId("propose").addEventListener("click", async () => {
    const proposal = await trying(() => post("proposal", { length: byId("length").valueAsNumber }));
    if (!proposal) return;
    const row = (emotion) => ({ emotions: emotion === "calm" ? {} : { [emotion]: 1 }, seconds: 1.5 });
    const known = proposal.emotions.filter((one) => one === "calm" || about.emotions.includes(one));
    timeline.replace([{ emotions: {}, seconds: 0.5 }, ...known.map(row)]);
  });
  byId("render").addEventListener("click", async () => {
    const wish = {
      ...expression.manner,
      rows: timeline.value,
      interpolation: byId("interpolation").value,
      fps: Number(byId("fps").value),
      loop: byId("loop").checked,
    };
    const job = await trying(() => post("video", wish));
    if (job) jobs.add(job);
  });

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=range]):not([type=checkbox]), select, textarea")) return;
    const button = { r: "roll", c: "calm", k: "add" }[event.key.toLowerCase()];
    if (button) byId(button).click();
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept) {
    timeline.replace(kept.rows);
    expression.emotions = kept.emotions;
  }
  face(about.face);
  changed(true);
  jobs.begin(about.jobs);
  stage.face();
}

const about = await trying(() => get("session"));
if (about) start(about);
