import { readFileSync } from "node:fs";
import * as path from "node:path";

import { resultJson } from "../../../rehearsal/report/json";
import { generatedFiles, planSchema, rehearsalSchema } from "../../../rehearsal/report/schema";
import { sampleFailure, samplePlan, sampleRehearsal } from "./sample";

const root = path.resolve(__dirname, "../../..");

test.each(Object.entries(generatedFiles()))("%s is what the schema generates", (file, content) => {
    expect(readFileSync(path.join(root, file), "utf8")).toBe(content);
});

test("results validate", () => {
    expect(planSchema.safeParse(JSON.parse(resultJson(samplePlan()))).error).toBeUndefined();
    expect(rehearsalSchema.safeParse(JSON.parse(resultJson(sampleRehearsal()))).error).toBeUndefined();
    expect(rehearsalSchema.safeParse(JSON.parse(resultJson(sampleFailure()))).error).toBeUndefined();
});

test("a plan is no rehearsal, and what has a field too many is neither", () => {
    expect(rehearsalSchema.safeParse(samplePlan()).success).toBe(false);
    expect(planSchema.safeParse({ ...samplePlan(), extra: 1 }).success).toBe(false);
    expect(planSchema.safeParse({ ...samplePlan(), policy: [{ rule: "r", level: "grave", message: "m" }] }).success).toBe(false);
});

test("the JSON Schemas refuse unknown fields and name what is required", () => {
    const schema = JSON.parse(generatedFiles()["docs/schemas/rehearsal.schema.json"]!) as {
        additionalProperties: boolean;
        required: string[];
    };
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(
        expect.arrayContaining(["stack", "resources", "timeline", "criticalPath", "totalSeconds", "rejected", "cluster"]),
    );
});
