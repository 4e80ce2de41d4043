/** docs/sources/simulator.md names every controller that is played, and none that is not. */
import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(__dirname, "..", "..");
const page = readFileSync(path.join(root, "docs", "sources", "simulator.md"), "utf8");
const list = /const CONTROLLERS.* = \[([^\]]*)\]/.exec(readFileSync(path.join(root, "simulator", "controllers.ts"), "utf8"))![1]!;

const played = [...list.matchAll(/\w+/g)].map(([name]) => name).sort();
const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (Controller|---)/.test(line))
    .flatMap((line) => line.split("|")[1]!.split(","))
    .map((name) => name.trim());
const people = [...page.split("## People")[1]!.matchAll(/\bGiven\w+/g)].map(([name]) => name);

it("tells of each controller once how it is known", () => {
    expect(played.length).toBeGreaterThan(50);
    expect([...rows, ...people].sort()).toEqual(played);
});
