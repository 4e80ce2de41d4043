import path from "node:path";

import { servicesBeyond } from "../../../rehearsal/pulumi/services";
import { rehearse } from "../../../simulator/rehearse";
import { Project } from "../../project";

const projectDir = path.join(__dirname, "../../..");

it("are those of the providers that a stack has resources of", async () => {
    expect(await servicesBeyond({ projectDir, stack: "llm-d" })).toEqual([]);
    expect(await servicesBeyond({ projectDir, stack: "production" })).toEqual(["vault"]);
    const project = new Project();
    try {
        const stack = project.change((settings) => {
            settings.database = {
                rds: {
                    vpcId: "vpc-0123456789abcdef0",
                    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                    nodeSecurityGroupId: "sg-0123456789abcdef0",
                    certificateAuthorities: "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n",
                },
            };
        });
        expect(await servicesBeyond({ projectDir: project.folder, stack })).toEqual(["aws", "vault"]);
    } finally {
        project.remove();
    }
});

it("keep a stack from being rehearsed under the real engine, whose providers would look for them", async () => {
    await expect(rehearse({ projectDir, stack: "production", cluster: "api-server", engine: "pulumi" })).rejects.toThrow(
        "the stack production writes to vault, and a rehearsal under the real engine has no stand-in for that: use --engine stand-in",
    );
});
