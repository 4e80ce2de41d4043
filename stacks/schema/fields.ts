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
