using System.Text.Json;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Resources;

/// <summary><c>reports list | show</c>.</summary>
internal sealed class ReportCommands(IScreen screen)
{
    private static readonly OptionSyntax Out = new("--out", "FILE", "Where it goes; report-DATE.FORMAT unless given.");
    private static readonly OptionSyntax Format = new("--format", "F", "html, json or csv; html unless given.");
    private static readonly OptionSyntax Open = new("--open", null, "Opens it with the program that this machine has for it.");

    private static readonly CommandSyntax ListSyntax =
        new("reports list", "Lists the days that have a report, the latest first.", [], Switches.WithHost());

    private static readonly CommandSyntax ShowSyntax =
        new("reports get", "Fetches the report of a day such as 2026-01-31.", ["DATE"], [Format, Out, Open, .. HostTarget.Options]);

    public IEnumerable<Command> CreateAll => [new(ListSyntax, ListAsync), new(ShowSyntax, GetAsync)];

    private async Task<int> ListAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var answer = await api.GetAsync("reports", cancellationToken);
        var days = answer.GetProperty("reports").Deserialize<List<string>>()!;
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(answer));
        else if (days.Count == 0) screen.WriteLine("There are none.");
        else foreach (var day in days) screen.WriteLine(day);
        return 0;
    }

    private async Task<int> GetAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var (date, format) = (arguments.GetPositional(0)!, arguments.GetChoice(Format.Name, "html", "json", "csv") ?? "html");
        var file = arguments.GetText(Out.Name) ?? $"report-{Path.GetFileName(date)}.{format}";
        FileChecks.RequireWritable(arguments, Path.GetDirectoryName(Path.GetFullPath(file))!, Out.Name);
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        await api.DownloadAsync(HostApi.BuildPath($"reports/{Uri.EscapeDataString(date)}", ("format", format)), file, cancellationToken);
        screen.WriteLine(file);
        if (arguments.Has(Open.Name)) Browser.Open(Path.GetFullPath(file));
        return 0;
    }
}
