// Plays a video from an address, seeks in it, and tells what came of it as one line of JSON:
//   node seek.mjs CHROMIUM URL SECONDS[,SECONDS...]
// {"duration": 60, "seekableTo": 60, "seeks": [{"wanted": 41.5, "got": 41.5}], "ranges": ["bytes=0-"]}
import { chromium } from "playwright-core";

const [executablePath, url, times] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const ranges = [];
  page.on("request", async (request) => {
    if (request.url() === url) {
      const headers = await request.allHeaders().catch(() => ({}));
      ranges.push(headers.range ?? "none");
    }
  });
  await page.setContent(`<video id="v" muted preload="auto" src="${url}"></video>`);
  const told = await page.evaluate(async (wanted) => {
    const video = document.getElementById("v");
    const once = (event) =>
      new Promise((resolve, reject) => {
        video.addEventListener(event, resolve, { once: true });
        video.addEventListener("error", () => reject(new Error(video.error.message)), { once: true });
      });
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) {
      await once("loadedmetadata");
    }
    const seeks = [];
    for (const seconds of wanted) {
      const seeked = once("seeked");
      video.currentTime = seconds;
      await seeked;
      seeks.push({ wanted: seconds, got: video.currentTime, ready: video.readyState });
    }
    return { duration: video.duration, seekableTo: video.seekable.end(0), seeks };
  }, times.split(",").map(Number));
  console.log(JSON.stringify({ ...told, ranges }));
} finally {
  await browser.close();
}
