// Requests to the server; every failure becomes an Error with a sentence to show.

async function check(response) {
  if (response.ok) return response;
  let message = `the server answered ${response.status}`;
  try {
    message = (await response.json()).error || message;
  } catch {
    // not JSON: what the status says must do
  }
  const error = new Error(message);
  error.over = response.status === 404 && message.startsWith("your session is over");
  throw error;
}

async function send(path, options) {
  try {
    return await check(await fetch(path, options));
  } catch (error) {
    if (error instanceof TypeError) throw new Error("the server cannot be reached");
    throw error;
  }
}

export const get = async (path) => (await send(path)).json();

const asJson = (value) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});

export const post = async (path, value) => (await send(path, asJson(value))).json();

// A JPEG of the face with an edit: its Blob.
export const paint = async (edit, signal) =>
  (await send("picture", { ...asJson(edit), signal })).blob();

// The file is the whole body: its name never leaves the browser.
export const upload = async (path, file) =>
  (await send(path, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: file,
  })).json();

export const remove = async (path) => (await send(path, { method: "DELETE" })).json();

export const leave = () => navigator.sendBeacon("goodbye");
