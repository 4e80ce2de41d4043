import * as path from "node:path";

import { ARGO_CD_VERSIONS, type ArgoCdVersion, DEFAULT_ARGO_CD } from "../../catalogue/gitops/versions";
import type { Command } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { reportTerminal, STANDARD_OUTPUT, writeJson } from "../output";
import { explained, runOptions, runSettings } from "../run";
import { stackArgument } from "../stackArgument";
import { started } from "../started";

const REPOSITORY = "https://git.example.com/maas.git";

const { html: _html, sarif: _sarif, timings: _timings, json: _json, ...planOptions } = runOptions;

export const command: Command = {
    summary: "Write the plan as manifests, for Argo CD, kustomize or oc apply",
    description: `Runs the real program and checks the policies, as plan does, with no state and no lock. Each object gets the wave that its
dependencies give it. Gates become Jobs that wait, where a Job can. Lists what manifests cannot express, and writes it to OMITTED.md. Never
writes Secrets: with --secret-store they become ExternalSecrets, otherwise the sync waits until somebody has created them.`,
    arguments: [stackArgument],
    options: {
        format: {
            type: "choice",
            choices: ["argocd", "kustomize", "yaml"],
            default: "argocd",
            help: "what applies them: argocd adds Application, AppProject, roles and health checks; yaml is a file for each wave",
        },
        out: { type: "text", value: "DIR", help: "folder to write to (default: gitops/<stack>); - prints all manifests instead" },
        repo: { type: "text", value: "URL", help: `repository that Argo CD reads (default: ${REPOSITORY}, to be replaced)` },
        revision: { type: "text", value: "REF", help: "branch, tag or commit that Argo CD reads (default: main)" },
        path: { type: "text", value: "DIR", help: "folder of the output in the repository (default: that of --out)" },
        "argocd-namespace": { type: "text", value: "NAME", help: "namespace of Argo CD (default: openshift-gitops)" },
        "argocd-version": {
            type: "choice",
            choices: ARGO_CD_VERSIONS,
            default: DEFAULT_ARGO_CD,
            help: "version of Argo CD: 3.1 is OpenShift GitOps 1.18 and 1.19; 3.3 is 1.20, 3.4 is 1.21",
        },
        "secret-store": { type: "text", value: "NAME", help: "ClusterSecretStore that the Secrets come from" },
        "secret-prefix": { type: "text", value: "PATH", help: "path of the Secrets in the store (default: maas/<stack>)" },
        json: {
            type: "output",
            value: "FILE",
            help: "write manifests, waves and what they omit to a JSON file; - is standard output",
        },
        ...planOptions,
    },
    access: [
        { does: "reads", what: "the stack file and the program", rights: "the files" },
        {
            does: "writes",
            what: "the folder of --out: files of an earlier rendering are replaced or removed",
            rights: "the folder",
        },
    ],
    async run(invocation, context) {
        const settings = runSettings(invocation, context);
        const folder = invocation.text("out") ?? path.join("gitops", settings.stack);
        if (invocation.given("secret-prefix") && !invocation.given("secret-store")) {
            throw new UsageError("--secret-prefix needs --secret-store.");
        }
        if (folder === STANDARD_OUTPUT && invocation.text("json") === STANDARD_OUTPUT) {
            throw new UsageError("--out and --json both name -.");
        }
        const { plan } = await import("../../rehearsal/plan");
        const { running, programLoads } = started((onEvent) => plan({ ...settings, signal: context.signal, onEvent }));
        await programLoads;
        const { render } = await import("../render/render");
        const { filesOf, stream } = await import("../render/files");
        const { ARGO_CD } = await import("../render/argoCd");
        const { writeFolder } = await import("../render/write");
        const { printRender } = await import("../views/render");
        const { diagnostics, policy, printFailure, refused } = await import("../views/common");
        const { modelOf } = await import("../../rehearsal/report/model");
        const result = await running.catch((e: unknown) => {
            throw explained(e, settings);
        });
        if (context.signal.aborted) {
            return Exit.interrupted;
        }
        if (refused(result)) {
            const model = modelOf(result);
            policy(context.err, result, model, settings.policyPack !== undefined);
            diagnostics(context.err, result, model, false);
            printFailure(context.err, result, "Refused");
            return Exit.refused;
        }
        const store = invocation.text("secret-store");
        const rendered = render(result, {
            ...(store !== undefined && {
                store: { name: store, prefix: invocation.text("secret-prefix") ?? `maas/${result.stack}` },
            }),
        });
        writeJson(invocation, context, rendered);
        if (folder === STANDARD_OUTPUT) {
            context.out.raw(stream(rendered));
            printRender(context.err, rendered);
            return Exit.fine;
        }
        if (path.isAbsolute(folder) && !invocation.given("path") && invocation.text("format") === "argocd") {
            throw new RefusalError("--out is an absolute path: give the folder in the repository with --path.");
        }
        const format = invocation.text("format") as "argocd" | "kustomize" | "yaml";
        const files = filesOf(rendered, format, {
            repo: invocation.text("repo") ?? REPOSITORY,
            revision: invocation.text("revision") ?? "main",
            path: path.posix.join(invocation.text("path") ?? folder.split(path.sep).join("/"), "manifests"),
            namespace: invocation.text("argocd-namespace") ?? ARGO_CD,
            version: invocation.text("argocd-version") as ArgoCdVersion,
        });
        const { written, removed } = writeFolder(path.resolve(context.cwd, folder), files);
        const out = reportTerminal(invocation, context);
        printRender(out, rendered);
        out.line();
        out.line(
            `${folder}: ${files.size} files, ${written} written${removed > 0 ? `, ${removed} removed` : ""}. ${NEXT[format](folder)}`,
        );
        return Exit.fine;
    },
};

const NEXT = {
    argocd: (folder: string) => `Commit it, then once: oc apply --server-side --force-conflicts -f ${folder}/argocd`,
    kustomize: (folder: string) => `Until all is applied: oc apply -k ${folder} --server-side --force-conflicts`,
    yaml: (folder: string) =>
        `For each wave: oc apply --server-side --force-conflicts -f ${folder}/wave-NN.yaml, again until it is taken; then wait for its objects`,
} as const;
