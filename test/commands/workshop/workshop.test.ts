/** The commands about workshops, against doubles of LiteLLM and of the Kubernetes API. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { stringify } from "yaml";

import { desiredState } from "../../../components/litemaas/sync";
import { litemaasModelSchema } from "../../../stacks/schema/litemaasModels";
import { workshopSchema } from "../../../stacks/schema/workshops";
import { NAMESPACE } from "../../components/litemaas/servers";
import { folder, run, servers, stack, url, workshop } from "./world";

const ROLE = "ocp4_workload_litellm_virtual_keys";

describe("plan", () => {
    it("asks no proxy unless it is told to: all keys would be created", async () => {
        const { code, out } = await run("workshop plan litemaas");
        expect(code).toBe(0);
        expect(out).toContain(
            "Workshops of the stack litemaas: 2 keys to create, 0 to extend, 0 to change, 0 to withdraw (not compared with a proxy; --live compares).",
        );
        expect(out).toMatch(/rag +2 +2 +2099-12-31T18:00:00Z/);
        expect(servers.requests).toEqual([]);
    });

    it("shows what the proxy has to be changed, and changes nothing", async () => {
        await run(`workshop apply litemaas ${url()}`);
        stack(
            workshop({ participants: ["ann", "carl"], end: "2100-12-31T18:00:00Z" }),
            workshop({ name: "new", participants: 3 }),
        );
        const keys = new Map(servers.proxy.keys);
        const { out } = await run(`workshop plan litemaas --verbose --json plan.json ${url()}`);
        expect(out).toContain("4 keys to create, 1 to extend, 0 to change, 1 to withdraw, at http://127.0.0.1");
        expect(out).toMatch(/rag +2 +1 +1 +1 +2100-12-31/);
        expect(out).toMatch(/key +rag\.bob +withdraw +left the list/);
        const { steps } = JSON.parse(readFileSync(path.join(folder, "plan.json"), "utf8")) as { steps: object[] };
        expect(steps).toContainEqual({ what: "key", name: "ann", workshop: "rag", verb: "extend", why: "end" });
        expect(servers.proxy.keys).toEqual(keys);
        stack();
        expect((await run(`workshop plan litemaas ${url()}`)).out).toMatch(/rag +not listed +2/);
    });

    it("refuses a stack without LiteMaaS, a wrong address, and a proxy that does not exist", async () => {
        expect(await run("workshop plan code-assistant")).toMatchObject({ code: 2 });
        expect((await run("workshop plan litemaas --url http://litellm.example.com")).err).toContain("sent unencrypted");
        process.env["LITELLM_MASTER_KEY"] = "sk-wrong";
        expect(await run(`workshop plan litemaas ${url()}`, true)).toMatchObject({
            code: 1,
            err: expect.stringContaining("answers 401"),
        });
    });
});

describe("apply", () => {
    it("creates the keys, leaves models alone, and has nothing to do then", async () => {
        servers.proxy.models.set("x", { model_name: "x", litellm_params: {}, model_info: { id: "x", maas_owner: "litemaas" } });
        servers.proxy.addKey({ key_alias: "old", expires: "2020-01-01T00:00:00Z" });
        expect(await run(`workshop apply litemaas ${url()}`)).toMatchObject({ code: 0, err: "3 steps done, 0 failed.\n" });
        expect([...servers.proxy.keys.values()].map((key) => key["key_alias"]).sort()).toEqual(["old", "rag.ann", "rag.bob"]);
        expect(servers.proxy.models.size).toBe(1);
        expect((await run(`workshop apply litemaas ${url()}`)).err).toBe("0 steps done, 0 failed.\n");
    });

    it("withdraws keys with --yes alone", async () => {
        await run(`workshop apply litemaas ${url()}`);
        stack(workshop({ participants: ["ann"] }));
        expect(await run(`workshop apply litemaas ${url()}`)).toMatchObject({
            code: 1,
            err: "Nothing was done: --yes is missing. 1 key would be withdrawn for good.\n",
        });
        expect(servers.proxy.keys.size).toBe(2);
        expect((await run(`workshop apply litemaas --yes ${url()}`)).code).toBe(0);
        expect(servers.proxy.keys.size).toBe(1);
    });

    it("says which key failed", async () => {
        servers.before = (request) => (request === "POST /key/generate" ? [400, { error: { message: "no" } }] : undefined);
        const { code, out } = await run(`workshop apply litemaas ${url()}`);
        expect(code).toBe(1);
        expect(out).toMatch(/Failed: 2 steps[^]*key +rag\.ann +POST \/key\/generate answers 400: no/);
    });
});

describe("handout", () => {
    it("writes the keys to a file that only its owner may read", async () => {
        await run(`workshop apply litemaas ${url()}`);
        expect((await run("workshop handout litemaas rag")).out).toBe("Workshop rag: 2 keys, until 2099-12-31T18:00:00Z.\n");
        await run("workshop handout litemaas rag --csv keys.csv");
        const csv = readFileSync(path.join(folder, "keys.csv"), "utf8");
        expect(csv).toMatch(
            /^participant,key,url,models,expires\nann,sk-\w{40},https:\/\/litellm\.apps\.x\.example\.com\/v1,granite,2099-12-31T18:00:00\.000Z\nbob,/,
        );
        expect(statSync(path.join(folder, "keys.csv")).mode & 0o777).toBe(0o600);
        expect((await run("workshop handout litemaas rag --csv keys.csv")).err).toContain("keys.csv exists; expected a new file");
        const { out } = await run("workshop handout litemaas rag --json -", true);
        expect(JSON.parse(out)).toMatchObject({
            workshop: "rag",
            participants: [{ participant: "ann" }, { participant: "bob" }],
        });
    });

    it("says which hand-outs there are", async () => {
        await run(`workshop apply litemaas ${url()}`);
        expect(await run("workshop handout litemaas rags")).toMatchObject({
            code: 1,
            err: expect.stringContaining("There is no hand-out of rags in namespace litemaas-workshops; there is rag."),
        });
    });
});

describe("litemaas sync", () => {
    it("does what the Job does, with the state that the last up has written", async () => {
        expect(await run(`litemaas sync litemaas ${url()}`)).toMatchObject({
            code: 1,
            err: expect.stringContaining("has no ConfigMap litemaas-sync with a desired state: bring the stack up first."),
        });
        servers.desired = {
            ...desiredState({
                owner: "litemaas",
                proxyUrl: "",
                publicUrl: "https://litellm.example.com",
                handoutNamespace: NAMESPACE,
                models: [litemaasModelSchema.parse({ name: "granite", endpoints: [{ url: "https://granite.example.com/v1" }] })],
                workshops: [workshopSchema.parse(workshop())],
                predictiveUrl: (name) => name,
                modelUrl: (name) => name,
            }),
        };
        const dry = await run(`litemaas sync litemaas --dry-run ${url()}`);
        expect(dry.out).toMatch(/4 steps\.[^]*model +granite +create +https:\/\/granite\.example\.com\/v1/);
        expect(servers.proxy.models.size).toBe(0);
        expect(await run(`litemaas sync litemaas ${url()}`)).toMatchObject({ code: 0, err: "4 steps done, 0 failed.\n" });
        expect([servers.proxy.models.size, servers.proxy.keys.size]).toEqual([1, 2]);
        expect((await run(`litemaas sync litemaas ${url()}`)).out).toContain(": 0 steps.");

        // The portal, where it is said where it is.
        expect(servers.requests.filter((request) => request.includes("/api/v1/models"))).toEqual([]);
        process.env["ADMIN_API_KEY"] = "ltm_admin_key";
        expect((await run(`litemaas sync litemaas ${url()} --portal ${servers.url}`)).err).toBe("1 step done, 0 failed.\n");
        expect(servers.portalModels).toEqual(new Set(["granite"]));
        expect((await run(`litemaas sync litemaas ${url()} --portal ${servers.url}`)).err).toBe("0 steps done, 0 failed.\n");
    });
});

describe("an item of the catalog", () => {
    const write = (values: object): void => writeFileSync(path.join(folder, "common.yaml"), stringify(values));

    it("is a workshop of its own, which the stack's list does not withdraw", async () => {
        write({
            guid: "a1b2c",
            num_users: 2,
            [`${ROLE}_models`]: ["granite"],
            [`${ROLE}_duration`]: "7d",
            [`${ROLE}_max_budget`]: 3,
        });
        expect((await run("workshop plan litemaas --catalog common.yaml")).out).toMatch(/virtkey-a1b2c +2 +2/);
        await run(`workshop apply litemaas --catalog common.yaml ${url()}`);
        const made = [...servers.proxy.keys.values()].map((key) => [key["key_alias"], key["max_budget"]]);
        // They are created side by side, in no order of their own.
        expect(Object.fromEntries(made)).toEqual({ "virtkey-a1b2c.user1": 3, "virtkey-a1b2c.user2": 3 });
        expect((await run(`workshop apply litemaas ${url()}`)).err).toBe("3 steps done, 0 failed.\n");
        expect(servers.proxy.keys.size).toBe(4);
        expect((await run("workshop handout litemaas virtkey-a1b2c")).out).toContain("2 keys");
    });

    it("has its number of users in the form of the catalog, or in common variables, and the id of the order from --guid", async () => {
        const parameters = [{ name: "num_users", openAPIV3Schema: { type: "integer", default: 4 } }];
        write({ __meta__: { catalog: { parameters } }, [`${ROLE}_models`]: ["granite"], ocp4_workload_user_base: "lab-user" });
        const { out } = await run("workshop plan litemaas --catalog common.yaml --guid z9 --verbose");
        expect(out).toMatch(/key +virtkey-z9\.lab-user4 +create/);
    });

    it.each([
        [{}, "guid: is missing"],
        [{ guid: "x" }, `${ROLE}_models: is missing`],
        [{ guid: "{{ guid }}", [`${ROLE}_models`]: ["granite"] }, "guid: is a template"],
        [{ guid: "x", num_users: 0, [`${ROLE}_models`]: ["granite"] }, "num_users:"],
        [{ guid: "x", [`${ROLE}_models`]: ["granite"], [`${ROLE}_duration`]: "soon" }, `${ROLE}_duration: expected a duration`],
        [{ guid: "x", [`${ROLE}_models`]: ["granit"] }, '"granit" is not a model of LiteMaaS; expected one of granite'],
        [[1], "holds no variables"],
    ])("%j is refused: %s", async (values, message) => {
        write(values);
        expect(await run("workshop plan litemaas --catalog common.yaml")).toMatchObject({
            code: 1,
            err: expect.stringContaining(message),
        });
    });
});
