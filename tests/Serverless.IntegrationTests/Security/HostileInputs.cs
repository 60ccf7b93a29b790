using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.IntegrationTests.Security;

/// <summary>Inputs that nobody sends by accident.</summary>
internal static class HostileInputs
{
    /// <summary>Stands in every text: it must not come up in a log.</summary>
    public const string Secret = "customer-4711-secret";

    /// <summary>Values for a part of a path, as they stand in the request line.</summary>
    public static readonly string[] PathValues =
    [
        "..", "../..", "../../etc/passwd", "%2e%2e", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5cwindows", "%252e%252e%252f", "..;/",
        ".%00.", "%00",
        "a%00b", "a%0d%0aX-Injected:%201", "%0d%0aSet-Cookie:%20a=b", "' or '1' eq '1", "%27%20or%20PartitionKey%20ne%20%27",
        "a'%3b%20drop%20table", "%ff%fe", "%c0%ae%c0%ae",
        "%ed%a0%80", "%e2%80%ae", "a%3fb%23c", "a%2fb", "a%5cb", "a*b", "%3cscript%3ealert(1)%3c/script%3e", "-1", "0",
        "99999999999999999999999", "null", "undefined", "NaN",
        "$filter", "{id}", "%7b0%7d", "%25n%25n", ".", "%20", "con", "\u00e5\u00e4", new('a', 300), new('a', 3_000), new('%', 40),
    ];

    /// <summary>Values for an option in a query.</summary>
    public static readonly string[] QueryValues =
    [
        "", "%00", "-1", "0", "99999999999999999999", "1e309", "NaN", "%27%20or%20PartitionKey%20ne%20%27", "%0d%0aX-Injected:%201",
        "..%2f..%2fetc%2fpasswd", "%ff%fe", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59%2B23:59", "%5b%5d", "a&{0}=b", "eyJhIjoxfQ==", new('a', 4_000),
    ];

    /// <summary>Values for a member of a body, as JSON.</summary>
    public static readonly string[] JsonValues =
    [
        "null", "true", "0", "-1", "1e308", "1e999", "99999999999999999999999999", "0.5", "\"\"", "\"../../etc/passwd\"",
        "\"' or PartitionKey ne '\"", "\"\\u0000\"", "\"\\ud800\"",
        "\"a\\r\\nX-Injected: 1\"", "\"\\u202e\"", "[]", "[null]", "[[[[]]]]", "{}", "{\"$type\":\"System.Diagnostics.Process\"}",
        "\"9999-12-31T23:59:59+23:59\"", "\"-9999999.00:00:00\"",
        $"\"{new string('a', 70_000)}\"", $"\"{Secret}\"",
    ];

    /// <summary>Whole bodies that are no valid request anywhere.</summary>
    public static IEnumerable<byte[]> Bodies()
    {
        string[] texts =
        [
            "", " ", "null", "[]", "\"text\"", "1", "true", "{", "}", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "{\"a\":1}{\"a\":1}", "{a:1}",
            "<xml/>", "a=1&b=2", "\0", "{\"a\":\"\0\"}", "{\"\\u0000\":1}",
            "{\"a\":1e999}", "{\"a\":\"\\ud800\"}", "{\"__proto__\":{\"a\":1}}", "{\"$type\":\"System.Object\"}", "{\"\":\"\"}", "/* */{}",
            "NaN", "-",
            $"{{\"{Secret}\":\"{Secret}\"}}",
            new('[', 100_000), string.Concat(
                Enumerable.Repeat("{\"a\":", 50_000)), $"{{\"a\":{new string('9', 50_000)}}}", $"{{\"{new string('k', 50_000)}\":1}}",
            $"{{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"k{i}\":1"))}}}",
        ];
        foreach (var text in texts) yield return Encoding.UTF8.GetBytes(text);
        yield return [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00];
        yield return [.. "{\"a\":\""u8, 0xFF, 0xC0, 0x80, .. "\"}"u8];
        yield return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0];
    }

    /// <summary>A valid body with one member at a time made hostile, left out, added or doubled.</summary>
    public static IEnumerable<string> Mutate(string valid)
    {
        foreach (var path in Members(JsonNode.Parse(valid)!, []))
        {
            foreach (var value in JsonValues) yield return Replace(valid, path, $"\"{path[^1]}\":{value}");
            yield return Replace(valid, path, $"\"{path[^1]}\":1,\"{path[^1]}\":2");
            yield return Replace(valid, path, $"\"{path[^1]}x\":1");
        }
    }

    private static IEnumerable<string[]> Members(JsonNode node, string[] path)
    {
        if (node is not JsonObject members) yield break;
        foreach (var (name, value) in members)
        {
            yield return [.. path, name];
            if (value is null) continue;
            foreach (var inner in Members(value, [.. path, name])) yield return inner;
        }
    }

    // As text, for what comes out need not be JSON.
    private static string Replace(string valid, string[] path, string member)
    {
        const string mark = "\"\\u0001\":0";
        var root = JsonNode.Parse(valid)!.AsObject();
        var parent = root;
        foreach (var name in path[..^1]) parent = parent[name]!.AsObject();
        var members = parent.ToList();
        parent.Clear();
        foreach (var (name, value) in members) parent[name == path[^1] ? "\u0001" : name] = name == path[^1] ? 0 : value;
        return root.ToJsonString().Replace(mark, member, StringComparison.Ordinal);
    }
}
