/** Fields that several parts of the settings use. */
import { z } from "zod";

/** Certificates in PEM, one after the other. */
export const pemCertificates = z
    .string()
    .regex(
        /^\s*(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s*)+$/,
        "expected certificates in PEM, each between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----",
    );

/** An image with a fixed tag or a digest. */
export const pinnedImage = z
    .string()
    .regex(
        /^[^\s:@]+(:\d+)?(\/[^\s:@]+)+(:(?!latest$)[^\s:@]+|@sha256:[0-9a-f]{64})$/,
        "expected an image with a tag other than latest, or a digest, such as quay.io/acme/server:1.2",
    );

/** A key that a stack must not set. @param why is told to whoever sets it */
export const refused = (why: string): z.ZodOptional<z.ZodUnknown> =>
    z
        .unknown()
        .refine((value) => value === undefined, { error: why })
        .optional()
        .describe(`Refused: ${why}.`);

/** The size in GiB of a volume of a program of this stack. */
export const smallVolume = z.number().int().min(1).max(1000).default(10);

/** For `superRefine` of a key's settings: the key is renewed before it ends. */
export function renewsInTime(
    { days, renewDays }: { readonly days: number; readonly renewDays: number },
    context: z.RefinementCtx,
): void {
    if (renewDays >= days) {
        context.addIssue({
            code: "custom",
            path: ["renewDays"],
            message: `expected fewer days than the key is valid (${days}), got ${renewDays}`,
        });
    }
}
