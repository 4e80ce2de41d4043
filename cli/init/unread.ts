/** Questions for what the cluster did not tell: its user may not read it, or it is not there. */
import { gpuOfPool } from "../../catalogue/gpu/gpuOfPool";
import { instanceTypes } from "../../catalogue/gpu/instanceTypes";
import { regions } from "../../catalogue/regions";
import { AnswerError, answered, listOf, oneOf, type Respondent } from "./ask";
import type { Asked, Reading } from "./reading";

/** The answer for what does not exist. */
const NONE = "-";
/** Region where nobody knows better. */
const REGION = "us-east-2";
/** Values that stand in for those of the cluster: a plan takes them, and says that they are to be replaced or left out. */
const PLACEHOLDERS = { domain: "apps.cluster.example.com", infrastructureName: "maas-7x2kq", ami: "ami-0123456789abcdef0" };

/**
 * Asks for what could not be read, and for what is not there and a plan needs all the same.
 *
 * @param operators that the stack would install
 * @returns the reading with the answers in it, and placeholders for what is left open
 */
export async function askUnread(to: Respondent, reading: Reading, operators: readonly string[]): Promise<Reading> {
    const missing = (what: Asked): boolean => [...reading.unread, ...reading.absent].some((one) => one.what === what);
    reading.unread.forEach(({ what, why }) => to.say(`Not read: ${what} (${why}).`));
    reading.absent.forEach(({ what, why }) => to.say(`Not there: ${what} (${why}).`));
    const ask = <T>(text: string, usual: string, read: (answer: string) => T): Promise<T> => answered(to, { text, usual, read });
    const orNone =
        <T>(read: (answer: string) => T[]) =>
        (answer: string): T[] =>
            answer === NONE ? [] : read(answer);
    const domain = missing("Ingress")
        ? await ask(`Domain of the cluster's Routes; ${LATER}`, PLACEHOLDERS.domain, oneDomain)
        : reading.domain;
    const infrastructureName = missing("Infrastructure")
        ? await ask(
              `Infrastructure name of the cluster; ${LATER}`,
              reading.infrastructureName ?? PLACEHOLDERS.infrastructureName,
              oneInfrastructure,
          )
        : reading.infrastructureName;
    const region = missing("Infrastructure") ? await ask("Region of AWS", REGION, oneOf(regions)) : reading.region;
    const ami = missing("MachineSets")
        ? await ask(`AMI of the workers; ${LATER}`, reading.ami ?? PLACEHOLDERS.ami, oneAmi)
        : reading.ami;
    const zones = missing("MachineSets")
        ? await ask(
              "Zones with workers, with commas between them",
              reading.zones.join(", ") || `${region ?? REGION}a`,
              listOf(oneZone(region)),
          )
        : reading.zones;
    const gpuNodes = missing("nodes")
        ? await ask("GPU nodes that exist, such as 2 x g6e.2xlarge; none: -", NONE, orNone(listOf(oneKindOfNodes)))
        : reading.gpuNodes;
    const there = missing("Subscriptions")
        ? await ask(
              `Operators that are installed already, of ${operators.join(", ")}; none: -`,
              NONE,
              orNone(listOf(oneOf(operators))),
          )
        : reading.operators;
    return {
        ...reading,
        ...(domain !== undefined && { domain }),
        ...(infrastructureName !== undefined && { infrastructureName }),
        ...(region !== undefined && { region }),
        ...(ami !== undefined && { ami }),
        zones,
        gpuNodes,
        operators: there,
    };
}

const LATER = "press Enter to write a placeholder";

function oneInfrastructure(answer: string): string {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(answer)) {
        throw new AnswerError(`${JSON.stringify(answer)} is no infrastructure name; expected such as prod-x7k2p`);
    }
    return answer;
}

function oneAmi(answer: string): string {
    if (!/^ami-[0-9a-f]{8,17}$/.test(answer)) {
        throw new AnswerError(`${JSON.stringify(answer)} is no AMI; expected such as ${PLACEHOLDERS.ami}`);
    }
    return answer;
}

function oneDomain(answer: string): string {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/.test(answer)) {
        throw new AnswerError(`${JSON.stringify(answer)} is no domain; expected such as apps.example.com`);
    }
    return answer;
}

function oneZone(region: string | undefined): (answer: string) => string {
    return (answer) => {
        if (!new RegExp(`^${region ?? "[a-z]{2,3}(-[a-z]+)+-\\d"}[a-z]$`).test(answer)) {
            throw new AnswerError(
                `${JSON.stringify(answer)} is no zone${region === undefined ? "" : ` of ${region}`}; expected such as ${region ?? "us-east-2"}a`,
            );
        }
        return answer;
    };
}

function oneKindOfNodes(answer: string): Reading["gpuNodes"][number] {
    const [, nodes, instanceType = ""] = /^(\d{1,4}) ?x ?(\S+)$/.exec(answer) ?? [];
    if (nodes === undefined || Number(nodes) === 0) {
        throw new AnswerError(`${JSON.stringify(answer)} is no number of nodes; expected such as 2 x g6e.2xlarge`);
    }
    return {
        instanceType: gpuOfPool({ instanceType }) === undefined ? oneOf(instanceTypes())(instanceType) : instanceType,
        nodes: Number(nodes),
    };
}
