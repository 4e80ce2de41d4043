/** `maas init --aws`: quotas by the AWS CLI. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Answers } from "../../../cli/init/interview";
import { quotasFrom } from "../../../cli/init/quotas";
import type { Reading } from "../../../cli/init/reading";
import { settingsFrom } from "../../../cli/init/stackFile";
import { Project } from "../../project";
import { inProcess } from "../helper";

const nothing: Reading = { zones: ["us-east-2a"], gpuNodes: [], operators: [], operatorNamespaces: {}, unread: [], absent: [] };

let project: Project;
beforeEach(() => {
    project = new Project();
});
afterEach(() => project.remove());

describe("quotas", () => {
    /** Answers as `aws service-quotas list-service-quotas` does. Source: aws/aws-cli@2.27.0:awscli/examples/service-quotas/list-service-quotas.rst. */
    const cli = (folder: string, body: string): void =>
        writeFileSync(path.join(folder, "aws"), `#!/bin/sh\necho "$@" > "${folder}/asked"\n${body}\n`, { mode: 0o755 });

    it.each([
        [
            "hold the nodes: they are settings",
            'echo \'{"Quotas":[{"QuotaCode":"L-DB2E81BA","Value":64.0}]}\'',
            0,
            /quotas:\s+onDemandG: 64|quotas: \{ onDemandG: 64 \}/,
        ],
        [
            "do not hold them: the file says it, and plan accepts it",
            'echo \'{"Quotas":[{"QuotaCode":"L-DB2E81BA","Value":0.0}]}\'',
            0,
            /# The quota Running On-Demand G and VT instances \(L-DB2E81BA\) is 0 vCPUs, and the GPU nodes need 4/,
        ],
        [
            "may not be read",
            'echo "An error occurred (AccessDeniedException)" >&2; exit 254',
            1,
            /could not be read: An error occurred \(AccessDenied/,
        ],
    ])("that %s", async (_what, body, expected, text) => {
        const folder = mkdtempSync(path.join(tmpdir(), "maas-aws-"));
        const before = process.env["PATH"];
        try {
            cli(folder, body);
            process.env["PATH"] = `${folder}${path.delimiter}${before}`;
            const words = ["init", "--yes", "--from", "rehearsal", "--aws", "--project", project.folder];
            const { code, err } = await inProcess(...words);
            const file = path.join(project.folder, "stacks/Pulumi.dev.yaml");
            expect([code, code === 0 ? readFileSync(file, "utf8") : err]).toEqual([expected, expect.stringMatching(text)]);
            expect(readFileSync(path.join(folder, "asked"), "utf8")).toMatch(
                /list-service-quotas --service-code ec2 --region us-east-2/,
            );
        } finally {
            process.env["PATH"] = before;
            rmSync(folder, { recursive: true });
        }
    });
});

it("takes from the AWS CLI the quotas that the settings know", () => {
    const answer = {
        Quotas: [
            { QuotaCode: "L-DB2E81BA", Value: 64 },
            { QuotaCode: "L-OTHER", Value: 1 },
        ],
    };
    expect(quotasFrom(JSON.stringify(answer))).toEqual({ onDemandG: 64 });
    const answers: Answers = { models: ["m"], instanceType: "g6e.xlarge", existing: false, tiers: [], users: [] };
    expect(settingsFrom({ reading: nothing, answers, existing: [], quotas: { onDemandG: 64 } })).toMatchObject({
        cluster: { quotas: { onDemandG: 64 } },
    });
});
