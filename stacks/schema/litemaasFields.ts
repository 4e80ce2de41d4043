/** Fields that several parts of `litemaas` use. */
import { z } from "zod";

import { dnsLabel, quantity } from "../../kinds/common";

/** An image by digest: what a tag names may change. */
export const digestImage = z
    .string()
    .regex(
        /^[^\s:@]+(:\d+)?(\/[^\s:@]+)+(:[^\s:@]+)?@sha256:[0-9a-f]{64}$/,
        "expected an image by digest, such as quay.io/acme/litellm@sha256:<64 hexadecimal digits>; `skopeo inspect` prints it",
    );

/** A schedule of cron. */
export const schedule = z.string().regex(/^(\S+\s+){4}\S+$/, "expected a schedule of cron with five fields, such as 17 2 * * *");

/** The first label of a host below the apps domain. */
export const hostPrefix = dnsLabel.max(40);

interface Amounts {
    readonly cpu: string;
    readonly memory: string;
}

const amounts = (what: string, { cpu, memory }: Amounts) =>
    z
        .strictObject({
            cpu: quantity.default(cpu).describe(`CPU. Default ${cpu}.`),
            memory: quantity.default(memory).describe(`Memory. Default ${memory}.`),
        })
        .prefault({})
        .describe(`${what} of one pod. Default ${cpu} and ${memory}.`);

/** Requests and limits of a pod. */
export const resources = (requests: Amounts, limits: Amounts) =>
    z
        .strictObject({ requests: amounts("Requests", requests), limits: amounts("Limits", limits) })
        .prefault({})
        .describe("CPU and memory.");
