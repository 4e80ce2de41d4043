/** The program with other identities than those of code-assistant, with Pulumi's mocks. */
import { program } from "../../../index";
import { deploy, type Deployment } from "../../deployment";
import { shipped } from "../../settings";

const settings = shipped("code-assistant", (s) => delete s.workspaces);

export const PASSWORD = "planted-password-4711";
const HASH = `$2a$10$${"P".repeat(53)}`;
export const VAULT = { store: "vault", vault: { address: "https://vault.example.com:8200", namespace: "admin" } };
const users = [
    { name: "zoe", tier: "free" },
    { name: "Alice@example.com", tier: "premium" },
    { name: "kube:admin", tier: "enterprise", existing: true },
];

export const planIdentity = (identity: object): Promise<Deployment> =>
    deploy(program, {
        stack: "code-assistant",
        config: { "maas:settings": JSON.stringify({ ...settings, identity: { users, ...identity } }) },
        outputs: { "random:index/randomPassword:RandomPassword": () => ({ result: PASSWORD, bcryptHash: HASH }) },
    });

export const EXTERNAL = "kubernetes:external-secrets.io/v1";
