import { type CrdSet, crdSets } from "../../catalogue/releases";
import type { Command } from "../command";
import { Refusal } from "../exit";

export const command: Command = {
    summary: "Download the CRDs that the products ship, for rehearsals on a real API server",
    description: `From the products' repositories, each at a pinned commit. Rehearsals find them in the cache; into another folder, name
that in MAAS_CRDS. Without them our own schemas serve as CRDs.`,
    arguments: [{ name: "folder", help: "where they are put (default: the cache)", optional: true }],
    options: {
        release: {
            type: "choice",
            choices: crdSets,
            default: crdSets[0],
            help: "of OpenShift AI; those of 3.5 are the ones that differ: lay them over those of 3.4",
        },
    },
    async run(invocation, context) {
        const { downloadCrds } = await import("../../simulator/crds/download");
        const { CrdError } = await import("../../simulator/crds/crds");
        const [folder] = invocation.arguments;
        try {
            const {
                folder: target,
                count,
                missing,
            } = await downloadCrds({
                ...(folder !== undefined && { folder }),
                release: invocation.text("release") as CrdSet,
                progress: (line) => context.err.line(line),
            });
            context.out.line(`${count} CRDs are in ${target}.`);
            if (missing.length > 0) {
                context.out.line(`Published nowhere, so that our own schemas serve: ${missing.join(", ")}`);
            }
            return 0;
        } catch (error) {
            throw error instanceof CrdError ? new Refusal(error.message) : error;
        }
    },
};
