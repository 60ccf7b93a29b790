using System.Text.Json.Nodes;

namespace Serverless.Local.CommandLine;

/// <summary>The switches that load accepted records into a database.</summary>
internal static class LoadSwitches
{
    private const string DefaultConnection = "postgres";

    public static IReadOnlyList<OptionSyntax> All { get; } =
    [
        new("--load", "TABLE", "Loads the accepted records into a table of PostgreSQL as well: all of them or none."),
        new("--load-connection", "NAME", "The connection string ConnectionStrings__NAME of the settings; postgres unless given."),
        new("--load-mode", "M", "What becomes of the rows the table has: append, replace or upsert; append unless given."),
        new("--load-key", "A,B", "The columns that name a row: for upsert, and as primary key of a table that is made."),
        new("--load-create", null, "Makes the table if it is missing."),
    ];

    /// <summary>Puts them into a request.</summary>
    public static void Read(Arguments arguments, JsonObject options)
    {
        var (connection, mode) =
            (arguments.GetText("--load-connection"), arguments.GetChoice("--load-mode", "append", "replace", "upsert"));
        var (key, create) = (arguments.GetText("--load-key"), arguments.Has("--load-create"));
        if (arguments.GetText("--load") is not { } table)
        {
            if (connection is not null || mode is not null || key is not null || create)
                arguments.Refuse("--load-connection, --load-mode, --load-key and --load-create need --load.");
            return;
        }

        var load = new JsonObject
        {
            ["to"] = "postgres",
            ["connection"] = connection ?? DefaultConnection,
            ["table"] = table,
            ["create"] = create,
        };
        if (mode is not null) load["mode"] = mode;
        if (key is not null) load["key"] = new JsonArray([.. key.Split(',').Select(k => JsonValue.Create(k.Trim()))]);
        options["load"] = load;
    }
}
