import { BENCHMARK_REPORT, LITEMAAS } from "../../catalogue/litemaas/names";
import type { Kube } from "../../components/kube";
import type { Command } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { litemaasOf } from "../litemaas/stack";
import { clusterOf } from "../maasApi/address";
import { checkDistinct, jsonOption, reportTerminal, writeJson, writeOutput } from "../output";
import { projectOption, stackArgument } from "../stackArgument";
import type { BenchmarkReport } from "../views/benchmark";

const REPORT = "maas litemaas benchmark shows its report when it has ended";

export const command: Command = {
    summary: "Show the report of the last benchmark of models, or begin another",
    description: `Shows what the Job of litemaas.benchmark has measured: how soon answers begin, how long they take, what fails, and whether the thresholds
are met. --run makes a Job of its CronJob, which costs what the answers cost, and does not wait for it.
Exit code 0: all thresholds are met, or a Job was begun; 1: not all are, or there is no report; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        run: { type: "flag", help: "begin a benchmark, and show nothing" },
        html: { type: "output", value: "FILE", help: "write the report as one page of HTML; - is standard output" },
        ...jsonOption("the report, or with --run the name of the Job,"),
        ...projectOption,
    },
    access: [
        { does: "reads", what: "the stack file", rights: "the file" },
        {
            does: "reads",
            what: `ConfigMap ${BENCHMARK_REPORT} of the namespace`,
            rights: "get configmaps there",
            when: "without --run",
        },
        {
            does: "writes",
            what: `a Job, as CronJob ${LITEMAAS.benchmark} describes it`,
            rights: "get cronjobs, create jobs there",
            when: "--run",
        },
    ],
    async run(invocation, context) {
        checkDistinct(invocation, context, ["html", "json"]);
        const begins = invocation.flag("run");
        if (begins && invocation.given("html")) {
            throw new UsageError(`--run shows no report; ${REPORT}.`);
        }
        const { stack, settings, litemaas } = await litemaasOf(invocation, context);
        if (litemaas.benchmark === undefined) {
            throw new RefusalError(`Stack ${stack} has no benchmark; its settings have no litemaas.benchmark.`);
        }
        const kube = await clusterOf(settings);
        const { namespace } = litemaas;
        if (begins) {
            const job = await begin(kube, namespace);
            reportTerminal(invocation, context).line(`Job ${job} in namespace ${namespace} measures; ${REPORT}.`);
            writeJson(invocation, context, { stack, namespace, job });
            return Exit.fine;
        }
        const map = await kube.get({ apiVersion: "v1", plural: "configmaps", namespace }, BENCHMARK_REPORT);
        const files = (map?.["data"] ?? {}) as Record<string, string>;
        if (files["report.json"] === undefined) {
            throw new RefusalError(
                map === undefined
                    ? `Namespace ${namespace} has no ConfigMap ${BENCHMARK_REPORT}: bring the stack up first.`
                    : `No benchmark has ended yet: maas litemaas benchmark ${stack} --run begins one.`,
            );
        }
        const { printBenchmark } = await import("../views/benchmark");
        const report = JSON.parse(files["report.json"]) as BenchmarkReport;
        printBenchmark(reportTerminal(invocation, context), stack, report);
        for (const option of ["html", "json"] as const) {
            const file = invocation.text(option);
            if (file !== undefined) {
                writeOutput(context, file, files[`report.${option}`] ?? "", option.toUpperCase());
            }
        }
        return report.passed ? Exit.fine : Exit.refused;
    },
};

/** @returns the name of the Job. @throws RefusalError without its CronJob */
async function begin(kube: Kube, namespace: string): Promise<string> {
    const cron = await kube.get({ apiVersion: "batch/v1", plural: "cronjobs", namespace }, LITEMAAS.benchmark);
    if (cron === undefined) {
        throw new RefusalError(`Namespace ${namespace} has no CronJob ${LITEMAAS.benchmark}: bring the stack up first.`);
    }
    const { jobTemplate } = cron["spec"] as { jobTemplate: { spec: object } };
    const name = `${LITEMAAS.benchmark}-${Date.now().toString(36)}`;
    await kube.create(
        { apiVersion: "batch/v1", plural: "jobs", namespace },
        {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: {
                name,
                namespace,
                labels: { app: LITEMAAS.benchmark },
                annotations: { "cronjob.kubernetes.io/instantiate": "manual" },
            },
            spec: jobTemplate.spec,
        },
    );
    return name;
}
