import { type CrdSet, crdSets } from "../../catalogue/releases";
import type { Command } from "../command";
import { RefusalError } from "../exit";
import { jsonOption, reportTerminal, writeJson } from "../output";

export const command: Command = {
    summary: "Download the products' CRDs for rehearsals on a real API server",
    description: `Downloads them from the products' repositories, each at a pinned commit. Rehearsals find them in the cache. If you choose
another folder, set MAAS_CRDS to it. Without the products' CRDs, the schemas of this project serve as CRDs.`,
    arguments: [{ name: "folder", help: "where to put them (default: the cache)", optional: true }],
    options: {
        release: {
            type: "choice",
            choices: crdSets,
            default: crdSets[0],
            help: "release of OpenShift AI; 3.5 downloads only the CRDs that differ, to be used over those of 3.4",
        },
        ...jsonOption("folder, count and what is not published"),
    },
    access: [
        { does: "reads", what: "the products' repositories on GitHub, at pinned commits", rights: "none: they are public" },
        { does: "writes", what: "the folder that is named, or the cache", rights: "the files" },
    ],
    async run(invocation, context) {
        const { downloadCrds } = await import("../../simulator/crds/download");
        const { CrdError } = await import("../../simulator/crds/crds");
        const [folder] = invocation.arguments;
        const release = invocation.text("release") as CrdSet;
        const out = reportTerminal(invocation, context);
        try {
            const {
                folder: target,
                count,
                missing,
            } = await downloadCrds({
                ...(folder !== undefined && { folder }),
                release,
                progress: (line) => context.err.line(line),
            });
            out.line(`${count} CRDs are in ${target}.`);
            if (missing.length > 0) {
                out.line(`Not published, so the schemas of this project serve: ${missing.join(", ")}`);
            }
            writeJson(invocation, context, { release, folder: target, count, missing });
            return 0;
        } catch (error) {
            throw error instanceof CrdError ? new RefusalError(error.message) : error;
        }
    },
};
