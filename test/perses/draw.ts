/**
 * Draws every dashboard as Perses does, light and dark, from the day of series on a real Prometheus, in Chromium. Run as a script:
 * `npm run draw`. It fails when a panel shows nothing.
 */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { type Dashboard, dashboards } from "../../catalogue/observability/dashboards";
import { cellsOf } from "../../catalogue/observability/panel";
import { persesDashboard } from "../../components/observability/persesDashboard";
import { drawn, PICTURES, scopeOfDay } from "./pictures";
import { recordedDay } from "../observability/recordedDay";
import { RECORDED } from "../observability/series";

const FOLDER = __dirname;
const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"];
const HOURS = 6;
const WIDTH = 1280;
/** Heights of a unit of a panel's, of a row's title and of the rest, in pixels. */
const [UNIT, TITLE, REST] = [40, 58, 60];

function chromium(): string {
    const folders = (process.env["PATH"] ?? "").split(path.delimiter);
    const found = CHROMIUM.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
    if (found === undefined) {
        throw new Error(`there is no ${CHROMIUM.join(", ")}: install Chromium`);
    }
    return found;
}

/** What a page says that has no answer to some of its queries. A busy machine gets a second look. */
async function unanswered(one: Dashboard, look: () => Promise<{ stdout: string; stderr: string }>, looks = 2): Promise<string[]> {
    const { name, rows } = one;
    const { stdout, stderr } = await look();
    const answered = Number(/data-answered="(\d+)"/.exec(stdout)?.[1] ?? 0);
    const asked = new Set(
        rows.flatMap(({ panels }) => Object.values(panels).flatMap(({ queries }) => queries.map(([query]) => query))),
    );
    if (answered === asked.size) {
        return [];
    }
    const said = stderr.split("\n").filter((line) => line.includes("CONSOLE"));
    return looks > 1
        ? unanswered(one, look, looks - 1)
        : [...said, `${name}: ${answered} of ${asked.size} queries have an answer`];
}

/** @param only names of dashboards; none: all */
async function draw(only: readonly string[]): Promise<void> {
    const browser = chromium();
    if (!existsSync(path.join(FOLDER, "node_modules/.package-lock.json"))) {
        execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"], {
            cwd: FOLDER,
            stdio: ["ignore", "ignore", "inherit"],
        });
    }
    const work = mkdtempSync(path.join(os.tmpdir(), "draw-"));
    const script = path.join(work, "page.js");
    const loaders = [".woff", ".woff2"].map((font) => `--loader:${font}=dataurl`);
    execFileSync(
        path.join(FOLDER, "node_modules/.bin/esbuild"),
        [
            "page.jsx",
            "--bundle",
            "--minify",
            "--main-fields=module,main",
            "--conditions=import",
            `--outfile=${script}`,
            '--define:process.env.NODE_ENV="production"',
            "--define:global=window",
            ...loaders,
        ],
        { cwd: FOLDER, stdio: "inherit" },
    );
    const prometheus = await recordedDay(work);
    let dashboard = "";
    const server = createServer((request, response) => {
        const { pathname } = new URL(request.url!, "http://page");
        const [type, text] =
            pathname === "/dashboard.json"
                ? ["application/json", dashboard]
                : pathname === "/page.js"
                  ? ["text/javascript", readFileSync(script)]
                  : pathname === "/page.css"
                    ? ["text/css", readFileSync(path.join(work, "page.css"))]
                    : [
                          "text/html",
                          '<link rel="stylesheet" href="page.css"><div id="page"></div><script src="page.js"></script>',
                      ];
        response.setHeader("Content-Type", `${type}; charset=utf-8`).end(text);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    mkdirSync(PICTURES, { recursive: true });
    const empty: string[] = [];
    try {
        for (const one of dashboards(scopeOfDay).filter(({ name }) => only.length === 0 || only.includes(name))) {
            const spec = persesDashboard(one);
            dashboard = JSON.stringify({
                dashboard: { kind: "Dashboard", metadata: { name: one.name, project: "maas", version: 0 }, spec },
                url: prometheus.url,
                start: RECORDED - HOURS * 3600,
                end: RECORDED,
            });
            const ends = one.rows.map((row) => Math.max(...cellsOf(row).map(({ y, height }) => y + height)));
            const page = ends.reduce((sum, end) => sum + end * UNIT + TITLE, one.variable === undefined ? 0 : REST);
            for (const mode of ["light", "dark"]) {
                const picture = path.join(PICTURES, `${one.name}-${mode}.png`);
                const visit = (...more: string[]): Promise<{ stdout: string; stderr: string }> =>
                    promisify(execFile)(
                        browser,
                        [
                            "--headless=new",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--hide-scrollbars",
                            `--user-data-dir=${path.join(work, "profile")}`,
                            `--window-size=${WIDTH},${page}`,
                            "--virtual-time-budget=60000",
                            "--enable-logging=stderr",
                            ...more,
                            `http://127.0.0.1:${port}/?${mode}`,
                        ],
                        { maxBuffer: 1 << 26 },
                    );
                await visit(`--screenshot=${picture}`);
                if (mode === "light") {
                    empty.push(...(await unanswered(one, () => visit("--dump-dom"))));
                }
            }
            process.stderr.write(`${one.name}\n`);
        }
    } finally {
        server.close();
        await prometheus.stop();
        rmSync(work, { recursive: true, force: true });
    }
    if (empty.length > 0) {
        throw new Error(`panels show nothing:\n${empty.join("\n")}`);
    }
    writeFileSync(path.join(PICTURES, "drawn.json"), `${JSON.stringify(drawn(), null, 4)}\n`);
}

draw(process.argv.slice(2)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
});
