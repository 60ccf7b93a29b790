using System.Text.Json.Nodes;

namespace Serverless.OpenApi;

/// <summary>The options of queries and the headers that functions read: the same name means the same everywhere.</summary>
internal static class ApiParameters
{
    private static readonly Dictionary<string, (string Type, string Description)> All = new(StringComparer.Ordinal)
    {
        ["size"] = ("integer", "How many entries a page has at most."),
        ["after"] = ("string", "Where the page before ended: its \"next\"."),
        ["by"] = ("string", "Who mends them, as a name."),
        ["field"] = ("string", "With a fault in this column."),
        ["code"] = ("string", "With this error code."),
        ["value"] = ("string", "With this value in the column."),
        ["count"] = ("boolean", "Counts all of them as well."),
        ["prefix"] = ("string", "How paths begin."),
        ["download"] = ("boolean", "A browser saves the file instead of showing it."),
        ["upload"] = ("string", "The upload's name, which the sender chooses: the same for all parts of one file."),
        ["offset"] = ("integer", "Where in the file the part begins, in bytes."),
        ["length"] = ("integer", "The whole file's bytes."),
        ["task"] = ("string", "Of this name."),
        ["queue"] = ("string", "Sent to this queue."),
        ["state"] = ("string", "In this state."),
        ["status"] = ("string", "running or ended."),
        ["text"] = ("string", "With this text in the id, name or error."),
        ["batch"] = ("string", "The batch that they become members of."),
        ["tag"] = ("string", "With this tag."),
        ["since"] = ("string", "At or after this ISO 8601 time."),
        ["before"] = ("string", "Before this ISO 8601 time."),
        ["id"] = ("string", "Of this id; may be given several times."),
        ["reason"] = ("string", "Why."),
        ["group"] = ("string", "Of this group, by its key."),
        ["all"] = ("boolean", "All of them: without a filter that must be said."),
        ["like"] = ("string", "What makes jobs of the kind comparable, such as the hash of their schema; all of the kind when none is."),
        ["hours"] = ("integer", "How far back, in hours."),
        ["minutes"] = ("integer", "How far back, in minutes."),
        ["seconds"] = ("integer", "Longer than so many seconds."),
        ["error"] = ("string", "Of this error class."),
        ["workflow"] = ("string", "Of this workflow."),
        ["version"] = ("integer", "This version; the current one when it is left out."),
        ["undo"] = ("boolean", "What was done is undone, or not; the definition decides when it is left out."),
        ["dryRun"] = ("boolean", "Only checks."),
        ["format"] = ("string", "html, json or csv."),
        ["Range"] = ("string", "The part of the file, such as bytes=0-99."),
        ["If-Match"] = ("string", "The ETag that it must have."),
        ["If-None-Match"] = ("string", "The ETag that is known; * for what must not be there."),
        ["Last-Event-ID"] = ("string", "The last event that was read."),
    };

    /// <summary>A parameter.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="place"><c>query</c> or <c>header</c>.</param>
    public static JsonObject Describe(string name, string place) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["description"] = All[name].Description,
        ["schema"] = new JsonObject { ["type"] = All[name].Type },
    };

    /// <summary>A part of the path.</summary>
    public static JsonObject OfPath(string name) => new()
    {
        ["name"] = name,
        ["in"] = "path",
        ["required"] = true,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };
}
