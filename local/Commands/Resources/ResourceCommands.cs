using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Commands.Tasks;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Resources;

/// <summary>
/// Commands that are one request to a host. A path names the command's arguments in braces, in their order: <c>schedules/{NAME}/pause</c>.
/// </summary>
internal sealed class ResourceCommands(IScreen screen, TimeProvider time)
{
    private const int DefaultTop = 50;
    private const int MaxTop = 10_000;
    private const int MaxPage = 1_000;

    private static readonly OptionSyntax Top = new("--top", "N", $"At most so many; {DefaultTop} unless given.");

    private static readonly Column Identity = Column.FirstOf("", "id", "name");

    /// <summary>A command that lists things.</summary>
    /// <param name="syntax">What it takes; options become parts of the query, without their dashes.</param>
    /// <param name="path">Below <c>/api/</c>.</param>
    /// <param name="items">The answer's member that has them.</param>
    /// <param name="columns">Shown of each.</param>
    public Command List(CommandSyntax syntax, string path, string items, params Column[] columns)
    {
        OptionSyntax[] filters = syntax.Options;
        return new(With(syntax, [.. filters, Top, Switches.Watch]), async (arguments, token) =>
        {
            var top = arguments.GetInteger(Top.Name, 1, MaxTop) ?? DefaultTop;
            var query = Query(arguments, filters);
            using var api = Open(arguments);
            var found = await api.ReadListAsync(Fill(path, arguments), items, top, MaxPage, query, token);
            if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(JsonSerializer.SerializeToElement(found)));
            else if (found.Count == 0) screen.WriteLine("There are none.");
            else
            {
                screen.WriteTable(
                    [.. columns.Select(c => c.Title)], found.Select(item => (string[])[.. columns.Select(c => c.Text(item))]));
            }
            return 0;
        });
    }

    /// <summary>A command that shows one thing.</summary>
    /// <param name="syntax">What it takes; options become parts of the query, without their dashes.</param>
    /// <param name="path">Below <c>/api/</c>.</param>
    /// <param name="facts">Shown of it.</param>
    /// <param name="details">The answer's member that has its parts, and what is shown of each; null for none.</param>
    public Command Show(CommandSyntax syntax, string path, Column[] facts, (string Items, Column[] Columns)? details = null)
    {
        OptionSyntax[] filters = syntax.Options;
        return new(With(syntax, [.. filters, Switches.Watch]), async (arguments, token) =>
        {
            var query = Query(arguments, filters);
            using var api = Open(arguments);
            var answer = await api.GetAsync(HostApi.BuildPath(Fill(path, arguments), query), token);
            if (arguments.Has(Switches.Json.Name))
            {
                screen.WriteLine(Texts.FormatJson(answer));
                return 0;
            }

            screen.WriteFacts(facts.Select(fact => (fact.Title, (string?)fact.Text(answer))));
            if (details is { } parts && answer.TryGetProperty(parts.Items, out var items) && items.GetArrayLength() > 0)
                screen.WriteTable(
                    [.. parts.Columns.Select(c => c.Title)],
                    items.EnumerateArray().Select(item => (string[])[.. parts.Columns.Select(c => c.Text(item))]));
            return 0;
        });
    }

    /// <summary>A command that changes one thing.</summary>
    /// <param name="syntax">What it takes; options become parts of the query, without their dashes.</param>
    /// <param name="method">How it is asked for.</param>
    /// <param name="path">Below <c>/api/</c>.</param>
    /// <param name="done">Said before the name of what was changed.</param>
    /// <param name="body">The argument that is the body, from 0; null for no such argument.</param>
    /// <param name="parts">Options that make the body, beside those of the query.</param>
    public Command Change(
        CommandSyntax syntax, HttpMethod method, string path, string done, int? body = null, params BodyPart[] parts)
    {
        OptionSyntax[] filters = syntax.Options;
        return new(With(syntax, [.. filters, .. parts.Select(p => p.Option)]), async (arguments, token) =>
        {
            var content = body is { } place ? ReadBody(arguments, syntax.Positionals[place], arguments.GetPositional(place))
                : parts.Length > 0 ? BodyPart.Read(arguments, parts) : null;
            var query = Query(arguments, filters);
            using var api = Open(arguments);
            var answer = await api.SendAsync(method, HostApi.BuildPath(Fill(path, arguments), query), content, token);
            if (arguments.Has(Switches.Json.Name) && answer.ValueKind != JsonValueKind.Undefined)
                screen.WriteLine(Texts.FormatJson(answer));
            else screen.WriteLine($"{done}: {(Identity.Text(answer) is { Length: > 0 } id ? id : arguments.GetPositional(0))}");
            return 0;
        });
    }

    private static CommandSyntax With(CommandSyntax syntax, OptionSyntax[] options) =>
        syntax with { Options = Switches.WithHost(options) };

    private static HostApi Open(Arguments arguments)
    {
        var target = HostTarget.Read(arguments);
        arguments.Check();
        return new HostApi(target);
    }

    // A body that is left out is an empty one: what takes a body takes defaults.
    private static JsonNode ReadBody(Arguments arguments, string name, string? given) =>
        JsonText.Read(arguments, name.Trim('[', ']'), given) ?? new JsonObject();

    private static string Fill(string path, Arguments arguments)
    {
        var place = 0;
        return string.Join('/', path.Split('/').Select(
            part => part.StartsWith('{') ? Uri.EscapeDataString(arguments.GetPositional(place++) ?? "") : part));
    }

    // Read before the arguments are checked: what is no time is a fault of theirs.
    private List<(string Name, string? Value)> Query(Arguments arguments, OptionSyntax[] options)
    {
        var now = time.GetUtcNow();
        return [.. options.Select(option => (option.Name.TrimStart('-'), Value(option)))];

        string? Value(OptionSyntax option) => !arguments.Has(option.Name) ? null
            : option.IsMoment ? arguments.GetTime(option.Name, now, past: true)?.ToString("O", CultureInfo.InvariantCulture)
            : arguments.GetText(option.Name) ?? "true";
    }
}
