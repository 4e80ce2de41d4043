/** The vCPU quotas of an account, asked with the AWS CLI. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { type QuotaBucket, quotaBuckets, quotaDemand } from "../../catalogue/gpu/supply";
import { RefusalError } from "../exit";

/** A quota that the nodes of a stack would exceed, in vCPUs. */
export interface Exceeded {
    readonly bucket: QuotaBucket;
    readonly quota: number;
    readonly needed: number;
}

/** The quotas that new nodes of an instance type would exceed. @param nodes in all zones */
export function exceededBy(instanceType: string, nodes: number, quotas: Readonly<Record<string, number>>): Exceeded[] {
    const demand = quotaDemand([{ name: "new", instanceType, zones: ["one"], replicas: nodes, taints: [] }], []);
    return [...demand].flatMap(([bucket, { vcpu: needed }]) => {
        const quota = quotas[bucket];
        return quota !== undefined && quota < needed ? [{ bucket, quota, needed }] : [];
    });
}

/** What to do about one: its code names it in the console of AWS, and in its CLI. */
export function saidOf({ bucket, quota, needed }: Exceeded): string {
    const { code, name } = quotaBuckets[bucket];
    return `The quota ${name} (${code}) is ${quota} vCPUs, and the GPU nodes need ${needed}: raise it before pulumi up.`;
}

/** @throws RefusalError when the AWS CLI does not exist, is not logged in, or may not read quotas */
export async function awsQuotas(region: string): Promise<Record<string, number>> {
    const words = ["service-quotas", "list-service-quotas", "--service-code", "ec2", "--region", region, "--output", "json"];
    try {
        const { stdout } = await promisify(execFile)("aws", words, {
            env: process.env,
            timeout: 60_000,
            maxBuffer: 16 * 1024 * 1024,
        });
        return quotasFrom(stdout);
    } catch (e) {
        const { code, stderr, message } = e as { code?: unknown; stderr?: string; message: string };
        throw new RefusalError(
            code === "ENOENT"
                ? "--aws needs the AWS CLI, which is not on PATH; without --aws, quotas are not compared."
                : `The quotas could not be read: ${(stderr ?? message).trim()}`,
        );
    }
}

/** The quotas that the settings know, of the AWS CLI's answer. */
export function quotasFrom(answer: string): Record<string, number> {
    const { Quotas = [] } = JSON.parse(answer) as { Quotas?: { QuotaCode?: string; Value?: number }[] };
    return Object.fromEntries(
        (Object.keys(quotaBuckets) as QuotaBucket[]).flatMap((bucket) => {
            const found = Quotas.find(({ QuotaCode }) => QuotaCode === quotaBuckets[bucket].code)?.Value;
            return found === undefined ? [] : [[bucket, Math.floor(found)]];
        }),
    );
}
