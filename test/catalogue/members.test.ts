import { memberName, userName } from "../../catalogue/members";

test.each([
    ["ann", "ann"],
    ["ann@acme.com", "ann@acme.com"],
    ["kube:admin", "b64:a3ViZTphZG1pbg=="],
])("user %s is the member %s of a Group", (user, member) => {
    expect(memberName(user)).toBe(member);
    expect(userName(member)).toBe(user);
});

it("a name that is encoded already stays", () => {
    expect(memberName("b64:a3ViZTphZG1pbg==")).toBe("b64:a3ViZTphZG1pbg==");
});
