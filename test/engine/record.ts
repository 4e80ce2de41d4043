/** Records the cases with the real engine on PATH: `npm run record-engine [-- <case> …]`. */
import { openApiServer } from "../../rehearsal/apiserver/open";
import { searchPulumi } from "../../rehearsal/pulumi/find";
import { CASES } from "./cases";
import { runWithPulumi } from "./real";
import { writeRecording, writeVersions } from "./recordings";
import { versionsOf } from "./versions";

async function main(names: readonly string[]): Promise<void> {
    const say = (line: string): void => void process.stderr.write(`${line}\n`);
    const { cli, why } = await searchPulumi(process.env, say);
    if (cli === undefined) {
        throw new Error(`nothing can be recorded: ${why}`);
    }
    const unknown = names.filter((name) => !CASES.some((of) => of.name === name));
    if (unknown.length > 0) {
        throw new Error(`no such case: ${unknown.join(", ")}; there are ${CASES.map((of) => of.name).join(", ")}`);
    }
    const cluster = await openApiServer({ progress: say });
    try {
        writeVersions(await versionsOf(cli));
        for (const of of CASES.filter(({ name }) => names.length === 0 || names.includes(name))) {
            const began = Date.now();
            writeRecording(await runWithPulumi(of, cli, cluster));
            say(`${of.name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
        }
    } finally {
        await cluster.close();
    }
}

main(process.argv.slice(2)).catch((e: Error) => {
    process.stderr.write(`${e.message}\n`);
    process.exitCode = 1;
});
