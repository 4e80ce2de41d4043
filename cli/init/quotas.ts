/** The vCPU quotas of an account, asked with the AWS CLI. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { type QuotaBucket, quotaBuckets } from "../../catalogue/gpu/supply";
import { RefusalError } from "../exit";

/** @throws RefusalError when the AWS CLI does not exist, is not logged in, or may not read quotas */
export async function awsQuotas(region: string): Promise<Record<string, number>> {
    const words = ["service-quotas", "list-service-quotas", "--service-code", "ec2", "--region", region, "--output", "json"];
    try {
        const { stdout } = await promisify(execFile)("aws", words, { timeout: 60_000, maxBuffer: 16 * 1024 * 1024 });
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
