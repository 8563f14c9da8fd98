// The page in a real browser: loaded, used, linked to, embedded, dropped on, and left running.
//
// node page.mjs ADDRESS FOLDER [MINUTES]: ADDRESS serves the page, FOLDER takes pictures and downloads.
import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const [address, folder, minutes = "0.2"] = process.argv.slice(2);
const problems = [];

/** What a link says. */
function said(url) {
  const letters = new URL(url).hash.replace(/^#s=/, "");
  return JSON.parse(zlib.inflateRawSync(Buffer.from(letters, "base64url")).toString());
}

/** A model with tensors of those shapes, as safetensors has it: the length of its header, the header, the numbers. */
function safetensors(shapes) {
  const header = {};
  const numbers = [];
  for (const [name, shape] of Object.entries(shapes)) {
    const count = shape.reduce((all, one) => all * one, 1);
    const begin = 4 * numbers.length;
    for (let index = 0; index < count; index += 1) numbers.push(Math.sin(7 * (begin + index)));
    header[name] = { dtype: "F32", shape, data_offsets: [begin, 4 * numbers.length] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.from(new Float32Array(numbers).buffer)]);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox", "--ignore-gpu-blocklist"],
});

/** A tab of that size in which the page has begun. */
async function open(url, size = { width: 1280, height: 800 }, more = {}) {
  const context = await browser.newContext({ viewport: size, acceptDownloads: true, ...more });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") {
      problems.push(message.text());
      console.log(`page: it tells an error: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => {
    problems.push(String(error));
    console.log(`page: it fails: ${error}`);
  });
  page.on("request", (request) => {
    const host = new URL(request.url()).host;
    if (!["", new URL(address).host].includes(host)) problems.push(`it asks ${host}`);
  });
  await page.goto(url);
  await page.waitForSelector("#loading", { state: "detached", timeout: 60_000 });
  await page.waitForTimeout(1500);
  return page;
}

/** The pixels of a part of the page. */
const look = (page, clip) => page.screenshot({ clip });
const PRODUCT = { x: 300, y: 230, width: 950, height: 170 };
const STATUS = { x: 1150, y: 770, width: 130, height: 30 };

async function differs(what, page, clip, act) {
  const before = await look(page, clip);
  await act();
  await page.waitForTimeout(900);
  const after = await look(page, clip);
  assert.ok(!before.equals(after), `${what} changes nothing`);
  console.log(`page: ${what} is seen`);
}

const started = Date.now();
let page = await open(address);
console.log(`page: begun after ${Date.now() - started - 1500} ms`);
const times = await page.evaluate(() => performance.getEntriesByName("downloaded").map((it) => it.startTime));
console.log(`page: downloaded after ${Math.round(times[0])} ms`);
await page.screenshot({ path: path.join(folder, "first.png") });

// Lessons are offered once: no, thanks. Then w_h is dragged, and the address says where to.
await page.mouse.click(182, 58);
await page.waitForTimeout(500);
const slider = { x: 142, y: 424 };
await differs("a drag of w_h", page, PRODUCT, async () => {
  await page.mouse.move(slider.x, slider.y);
  await page.mouse.down();
  for (let step = 1; step <= 12; step += 1) await page.mouse.move(slider.x + 3 * step, slider.y);
  await page.mouse.up();
});
await page.waitForTimeout(1200);
const link = page.url();
assert.match(said(link).e, /network\.w_h = /, said(link).e);
console.log(`page: the address says ${said(link).e.replaceAll("\n", ", ")}`);
assert.ok(link.length < 2000);

/** What the page says of itself. */
const words = (page) => page.getAttribute("#scope", "aria-description");
assert.match(await words(page), /^Step 0, paused\. /);

// Run and pause.
await differs("running", page, STATUS, async () => {
  await page.keyboard.press("Space");
  await page.waitForTimeout(1500);
});
await page.keyboard.press("Space");
await page.waitForTimeout(1000);
const paused = await look(page, STATUS);
await page.waitForTimeout(1000);
assert.ok(paused.equals(await look(page, STATUS)), "it goes on after a pause");
const said_then = await words(page);
assert.match(said_then, /^Step [1-9][0-9]*, paused\. /);
console.log(`page: it rests after a pause: ${said_then}`);

// As fast as it goes: steps a second of one unit and of 64, while the page is drawn and when it does nothing else, and beside
// them those of the program on one core, as it runs and with the arithmetic of the page. Drawn it finds out its accuracy, too.
const PACES = {
  one: { text: 'task.kind="latch"', steps: 100_000 },
  many: { text: 'task.kind="latch"\nnetwork.hidden = 64\ntask.length = 100', steps: 600 },
};
for (const [name, { text, steps }] of Object.entries(PACES)) {
  const letters = zlib.deflateRawSync(JSON.stringify({ e: text })).toString("base64url");
  const fast = await open(`${address}#s=${letters}`);
  await fast.mouse.click(408, 20);
  await fast.waitForTimeout(400);
  await fast.mouse.click(408, 40 + 8 * 22);
  await fast.waitForTimeout(400);
  await fast.keyboard.press("Space");
  await fast.waitForTimeout(1500);
  // Between two moments at which what it says changes.
  const step = async () => {
    const before = await words(fast);
    for (const limit = performance.now() + 20_000; ; ) {
      assert.ok(performance.now() < limit, `it does not go on: ${before}`);
      const after = await words(fast);
      if (after !== before) return [performance.now(), Number(after.match(/^Step ([0-9,]+)/)[1].replaceAll(",", ""))];
      await fast.waitForTimeout(5);
    }
  };
  const [begun, first] = await step();
  await fast.waitForTimeout(3000);
  const [ended, last] = await step();
  const drawn = Math.round((1000 * (last - first)) / (ended - begun));
  await fast.keyboard.press("Space");
  await fast.waitForTimeout(1000);
  const alone = await fast.evaluate(async ([text, steps]) => {
    const { steps_per_second } = await import("./bptt_scope.js");
    return steps_per_second(text, steps);
  }, [text, steps]);
  await fast.context().close();
  console.log(`page: ${name}: ${drawn} steps a second while it is drawn, ${Math.round(alone)} alone`);
  if (!process.env.BPTT_SCOPE || !fs.existsSync("/proc/self/status")) continue;
  const [, core] = fs.readFileSync("/proc/self/status", "utf8").match(/^Cpus_allowed_list:\s*([0-9]+)/m);
  const experiment = path.join(folder, `${name}.toml`);
  fs.writeFileSync(experiment, text);
  for (const arithmetic of [[], ["--no-fma"]]) {
    const seconds = (steps) => {
      const begun = performance.now();
      const trace = ["trace", ...arithmetic, experiment, "--steps", `${steps}`, "--format", "json"];
      execFileSync("taskset", ["-c", core, process.env.BPTT_SCOPE, ...trace], { stdio: "ignore" });
      return (performance.now() - begun) / 1000;
    };
    // Less what it takes to begin.
    const rate = steps / (seconds(steps + 1) - seconds(1));
    const share = (own) => `${Math.round((100 * own) / rate)} %`;
    const what = ["the program", ...arithmetic].join(" ");
    console.log(`page: ${name}: ${share(drawn)} and ${share(alone)} of ${what}, which makes ${Math.round(rate)} on one core`);
  }
}

// The link in a new tab.
const other = await open(link);
await other.waitForTimeout(1200);
assert.equal(said(other.url()).e, said(link).e);
await other.context().close();
console.log("page: a link is restored in another tab");

// A damaged link opens what is usual, and says so.
const damaged = await open(`${address}#s=AAAA`);
await damaged.screenshot({ path: path.join(folder, "damaged.png") });
await damaged.context().close();

// A model is dropped, and is there.
const model = safetensors({
  "rnn.weight_ih_l0": [4, 3],
  "rnn.weight_hh_l0": [4, 4],
  "rnn.bias_ih_l0": [4],
  "rnn.bias_hh_l0": [4],
  "fc.weight": [1, 4],
  "fc.bias": [1],
});
await differs("a model that is dropped", page, PRODUCT, async () => {
  const transfer = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], "elman.safetensors"));
    return transfer;
  }, [...model]);
  for (const kind of ["dragenter", "dragover", "drop"]) {
    await page.dispatchEvent("canvas", kind, { dataTransfer: transfer });
  }
  await page.waitForTimeout(2500);
});
await page.screenshot({ path: path.join(folder, "model.png") });

/** The file that comes of what `act` does. */
async function downloaded(page, act) {
  const download = page.waitForEvent("download", { timeout: 20_000 });
  await act();
  const file = await download;
  const place = path.join(folder, file.suggestedFilename());
  await file.saveAs(place);
  console.log(`page: ${file.suggestedFilename()} is downloaded`);
  return fs.readFileSync(place, "utf8");
}

// The experiment is saved, and a trace of twenty steps has the numbers of the program, to the last bit.
const text = 'task.kind = "latch"\ntask.length = 20\nnetwork.cell = "lstm"\nnetwork.hidden = 8\nnetwork.bias = true\n';
const letters = (link) => zlib.deflateRawSync(JSON.stringify(link)).toString("base64url");
page = await open(`${address}#s=${letters({ e: text })}`);
await page.mouse.click(182, 58);
await page.waitForTimeout(500);
for (let step = 0; step < 20; step += 1) {
  await page.keyboard.press("s");
  await page.waitForTimeout(60);
}
await page.waitForTimeout(1500);
assert.match(await words(page), /^Step 20, paused\. /);
const trace = await downloaded(page, async () => {
  await page.mouse.click(780, 20);
  await page.waitForTimeout(600);
  await page.mouse.click(783, 122);
  await page.waitForTimeout(800);
  await page.keyboard.press("Enter");
});
const saved = await downloaded(page, async () => {
  await page.keyboard.press("Control+s");
  await page.waitForTimeout(800);
  await page.keyboard.press("Enter");
});
assert.match(saved, /cell = "lstm"/);
if (process.env.BPTT_SCOPE) {
  const experiment = path.join(folder, "lstm.toml");
  fs.writeFileSync(experiment, text);
  const written = execFileSync(process.env.BPTT_SCOPE, ["trace", "--no-fma", experiment, "--steps", "20", "--format", "json"]);
  assert.deepEqual(JSON.parse(trace), JSON.parse(written.toString()));
  console.log("page: the trace is that of the program, to the last bit");
}

// A run as an animation, which is made a few frames at a time.
const film = await downloaded(page, async () => {
  await page.mouse.click(780, 20);
  await page.waitForTimeout(600);
  await page.mouse.click(783, 183);
  await page.waitForTimeout(800);
  await page.keyboard.press("Enter");
});
assert.ok(film.startsWith("GIF89a"));

// A lesson by the address, and the page without a network.
const lesson = await open(`${address}?lesson=sigmoid`);
await lesson.waitForTimeout(1500);
assert.equal(said(lesson.url()).l[0], "sigmoid");
await lesson.context().setOffline(true);
const offline = await lesson.context().newPage();
await offline.goto(address);
await offline.waitForSelector("#loading", { state: "detached", timeout: 30_000 });
await lesson.context().close();
console.log("page: a lesson is opened by its name, and the page without a network");

// Within somebody's page, with what that names.
const embedded = await open(`${address}?embed=run,w_h#s=${letters({ e: text })}`, { width: 720, height: 480 });
await embedded.screenshot({ path: path.join(folder, "embedded.png") });
await embedded.context().close();

// Small and large, upright, and zoomed to 200 %.
for (const [name, size] of [
  ["phone", { width: 390, height: 844 }],
  ["zoomed", { width: 640, height: 400 }],
  ["large", { width: 1920, height: 1080 }],
]) {
  const sized = await open(link, size);
  await sized.screenshot({ path: path.join(folder, `${name}.png`) });
  await sized.context().close();
}

// By fingers: one drags w_h, two zoom the time, a tap pins a timestep.
const touched = await open(address, { width: 1280, height: 800 }, { hasTouch: true });
const fingers = await touched.context().newCDPSession(touched);
const touch = async (type, ...points) => {
  const touchPoints = points.map(([x, y], id) => ({ x, y, id }));
  await fingers.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touched.waitForTimeout(40);
};
await touched.touchscreen.tap(182, 58);
await touched.waitForTimeout(500);
await differs("a finger on w_h", touched, PRODUCT, async () => {
  await touch("touchStart", [slider.x, slider.y]);
  for (let step = 1; step <= 12; step += 1) await touch("touchMove", [slider.x + 3 * step, slider.y]);
  await touch("touchEnd");
});
await touched.waitForTimeout(1200);
assert.match(said(touched.url()).e, /network\.w_h = /);
// A word keeps its place between the fingers, so that the axis shows fewer of them.
await differs("a pinch", touched, { x: 300, y: 510, width: 950, height: 30 }, async () => {
  await touch("touchStart", [700, 300]);
  await touch("touchStart", [700, 300], [820, 300]);
  for (let step = 1; step <= 10; step += 1) await touch("touchMove", [700 - 20 * step, 300], [820 + 20 * step, 300]);
  await touch("touchEnd");
});
await touched.screenshot({ path: path.join(folder, "touched.png") });
await touched.touchscreen.tap(900, 300);
await touched.waitForTimeout(1500);
assert.notEqual(said(touched.url()).c, undefined, "a tap moves no cursor");
await touched.context().close();

// How long it takes from the end of the download to a frame that can be used: the second after the bar is gone.
if (Number(minutes) >= 1) {
  const times = [];
  for (let load = 0; load < 10; load += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const fresh = await context.newPage();
    await fresh.addInitScript(() => {
      const look = () => {
        if (document.body && performance.getEntriesByName("downloaded").length > 0 && !document.getElementById("loading")) {
          requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("usable")));
        } else {
          setTimeout(look, 1);
        }
      };
      look();
    });
    await fresh.goto(address);
    await fresh.waitForFunction(() => performance.getEntriesByName("usable").length > 0, null, { timeout: 60_000 });
    times.push(
      await fresh.evaluate(() => {
        const at = (name) => performance.getEntriesByName(name)[0].startTime;
        return at("usable") - at("downloaded");
      }),
    );
    await context.close();
  }
  times.sort((a, b) => a - b);
  console.log(`page: usable ${Math.round((times[4] + times[5]) / 2)} ms after the download, median of ten`);
}

// It runs, and takes no more memory than before: what its process has of the system, the memory of WebAssembly included.
page = await open(link);
await page.keyboard.press("Space");
const machine = await browser.newBrowserCDPSession();
async function memory() {
  const { processInfo } = await machine.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter((process) => process.type === "renderer");
  const pages = renderers.map(({ id }) => Number(fs.readFileSync(`/proc/${id}/statm`, "utf8").split(" ")[1]));
  return 4096 * pages.reduce((all, one) => all + one, 0);
}
await page.waitForTimeout(10_000);
const before = await memory();
await page.waitForTimeout(60_000 * Number(minutes));
const after = await memory();
console.log(`page: ${Math.round(before / 1e6)} MB, and after ${minutes} minutes ${Math.round(after / 1e6)} MB`);
assert.ok(after < 1.25 * before + 2e7, "memory grows");

await browser.close();
assert.deepEqual(problems, []);
console.log("page: no error was told, and no other host was asked");
