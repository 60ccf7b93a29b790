using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Requests;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Planning;
using Serverless.Local.Screens;
using Serverless.Local.Storage;

namespace Serverless.Local.Commands;

/// <summary>
/// Says what a file or a mailing will take, before it is run: from what earlier jobs took, else from a sample that is cleaned here and now.
/// </summary>
internal sealed class PlanCommand(IScreen screen, TimeProvider time)
{
    private const int MaxRecipients = 1_000_000_000;

    public static CommandSyntax Syntax { get; } = new("plan", "Says what cleaning a CSV file, or a mailing, will take.", ["[FILE]"],
    [
        ProcessCommand.Schema,
        .. JobSwitches.All.Where(
            option => option.Name is "--output" or "--member" or "--sheet" or "--chunk-bytes" or "--max-parallel" or "--inference-share"
            or "--map" or "--extra-columns"),
        .. DialectSwitches.All,
        new("--recipients", "N", "Plans a mailing to so many, instead of a file."),
        new("--json", null, "As JSON."),
        SessionOptions.Data,
    ]);

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var path = arguments.GetPositional(0);
        var recipients = arguments.GetInteger("--recipients", 1, MaxRecipients);
        if (path is null == recipients is null) arguments.Refuse("Give a FILE, or --recipients N.");
        if (path is not null) FileChecks.RequireReadable(arguments, path);
        var schema = arguments.GetText(ProcessCommand.Schema.Name);
        if (schema is not null) FileChecks.RequireReadable(arguments, schema);
        var faults = new ValidationErrors();
        var options = CsvRequestReader.Read(JobSwitches.Read(arguments), new CsvSettings(), blobIsGiven: true, faults).Options;
        foreach (var (option, sentences) in faults.ToErrors()) arguments.Refuse($"{option}: {string.Join(' ', sentences)}");
        arguments.Check();

        await using var past = await OpenPastAsync(
            new SessionOptions(arguments.GetText(SessionOptions.Data.Name), Port: 0), cancellationToken);
        if (recipients is { } count)
        {
            var mailing = await MailingPlan.MakeAsync(count, past, cancellationToken);
            mailing.Show(screen, arguments.Has("--json"));
            return 0;
        }

        var file = new SourceFile(path!);
        var plan = await FilePlan.MakeAsync(file, options, ReadSchema(schema ?? file.FindSchema()), past, time, cancellationToken);
        plan.Show(screen, arguments.Has("--json"));
        return 0;
    }

    // A folder that is not there yet has no past, and is not to come into being for that.
    private async Task<JobCatalog?> OpenPastAsync(SessionOptions options, CancellationToken cancellationToken) =>
        Directory.Exists(options.Folder) || StorageSetting.Read(AppContext.BaseDirectory).NamesAccount
            ? await JobCatalog.OpenAsync(options, new Progress<string>(), time, cancellationToken)
            : null;

    private static TableSchema? ReadSchema(string? path)
    {
        if (path is null) return null;
        var parsed = TableSchemaParser.Parse(File.ReadAllText(path));
        return parsed.Schema ?? throw new CommandFailedException($"The schema {path} is at fault: {string.Join("; ", parsed.Faults)}");
    }
}
