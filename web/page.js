// Loads the program, with a bar over what is really downloaded, and begins it. `web/build` puts the number of bytes here.
const BYTES = 0;

const loading = document.getElementById("loading");

function say(sentence) {
  loading.textContent = sentence;
}

/** The bytes at `url`, while `told` hears which share of them is there. */
async function download(url, told) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  if (!answer.body) return answer.arrayBuffer();
  const parts = [];
  let length = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    told(BYTES ? length / BYTES : 0);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function begin() {
  if (typeof WebAssembly !== "object") {
    return say("This browser has no WebAssembly, which BPTT Scope is made of: try a newer one.");
  }
  const canvas = document.createElement("canvas");
  if (!canvas.getContext("webgl2") && !canvas.getContext("webgl")) {
    return say("This browser has no WebGL, by which BPTT Scope draws: allow it in the settings, or try another browser.");
  }
  const bar = loading.querySelector("progress");
  try {
    const [program, bytes] = await Promise.all([
      import("./bptt_scope.js"),
      download("bptt_scope_bg.wasm", (share) => (bar.value = share)),
    ]);
    performance.mark("downloaded");
    await program.default({ module_or_path: bytes });
  } catch (error) {
    say(`BPTT Scope could not be loaded: ${error.message}. Load the page again.`);
    return;
  }
  // What was loaded once is there without a network, too.
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("offline.js").catch(() => {});
  }
}

begin();
