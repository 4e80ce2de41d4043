/**
 * What SARIF 2.1.0 demands of a file, as far as findings go, and what GitHub's code scanning demands beyond it.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/os, https://docs.github.com/code-security, "SARIF support".
 */
import { z } from "zod";

const text = z.looseObject({ text: z.string().min(1) });
const level = z.enum(["none", "note", "warning", "error"]);
const logicalLocation = z.strictObject({ name: z.string().min(1), fullyQualifiedName: z.string().min(1), kind: z.string() });

const schema = z.strictObject({
    $schema: z.url(),
    version: z.literal("2.1.0"),
    runs: z
        .array(
            z.strictObject({
                tool: z.strictObject({
                    driver: z.strictObject({
                        name: z.string().min(1),
                        semanticVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
                        rules: z.array(
                            z.strictObject({
                                id: z.string().min(1),
                                name: z.string().regex(/^[A-Z]\w*$/),
                                shortDescription: text,
                                fullDescription: text,
                                help: text.extend({ markdown: z.string().min(1) }),
                                defaultConfiguration: z.strictObject({ enabled: z.boolean(), level }),
                                properties: z.strictObject({
                                    tags: z.array(z.string()).max(10),
                                    precision: z.enum(["low", "medium", "high", "very-high"]),
                                    "security-severity": z.string().regex(/^\d+\.\d$/),
                                }),
                            }),
                        ),
                    }),
                }),
                automationDetails: z.strictObject({ id: z.string().endsWith("/") }),
                columnKind: z.enum(["utf16CodeUnits", "unicodeCodePoints"]),
                originalUriBaseIds: z.record(z.string(), z.looseObject({})),
                invocations: z.array(
                    z.strictObject({
                        executionSuccessful: z.boolean(),
                        toolExecutionNotifications: z.array(z.looseObject({ level, message: text })),
                    }),
                ),
                results: z.array(
                    z.strictObject({
                        ruleId: z.string().min(1),
                        ruleIndex: z.number().int().nonnegative(),
                        level,
                        message: text,
                        locations: z
                            .array(
                                z.strictObject({
                                    physicalLocation: z.strictObject({
                                        artifactLocation: z.strictObject({
                                            uri: z.string().regex(/^[^/\\:][^\\:]*$/, "expected a relative path with slashes"),
                                            uriBaseId: z.string(),
                                        }),
                                        region: z.strictObject({
                                            startLine: z.number().int().min(1),
                                            startColumn: z.number().int().min(1),
                                        }),
                                    }),
                                    logicalLocations: z.array(logicalLocation).optional(),
                                }),
                            )
                            .min(1),
                        partialFingerprints: z.record(z.string(), z.string().min(1)),
                        properties: z.looseObject({}),
                        suppressions: z
                            .array(
                                z.strictObject({
                                    kind: z.enum(["inSource", "external"]),
                                    status: z.enum(["accepted", "underReview", "rejected"]),
                                    justification: z.string().min(1),
                                }),
                            )
                            .optional(),
                    }),
                ),
            }),
        )
        .min(1),
});

export type Sarif = z.infer<typeof schema>;

/** Fails where a file breaks the form, names a rule that it does not describe, or has a base that it does not. */
export function expectSarif(file: unknown): void {
    const { error, data } = schema.safeParse(file);
    expect(error).toBeUndefined();
    for (const { tool, results, originalUriBaseIds } of data!.runs) {
        const ids = tool.driver.rules.map((rule) => rule.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { ruleId, ruleIndex, locations } of results) {
            expect(ids[ruleIndex]).toBe(ruleId);
            for (const { physicalLocation } of locations) {
                expect(Object.keys(originalUriBaseIds)).toContain(physicalLocation.artifactLocation.uriBaseId);
            }
        }
    }
}
