using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Requests;
using Serverless.CsvJobs.Run;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Planning;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands;

/// <summary>Shows the schema that a job would infer, to be edited and given back; nothing is uploaded for that.</summary>
internal sealed class SchemaCommand(IScreen screen)
{
    public static CommandSyntax Syntax { get; } = new(
        "schema", "Shows the Table Schema that is inferred for a CSV file, as JSON.", ["FILE"],
    [
        .. JobSwitches.All.Where(option => option.Name is not
            ("--output" or "--compress" or "--partition-by" or "--chunk-bytes" or "--max-parallel" or "--max-rejected-ratio"
                or "--proof" or "--mask-key" or "--extra-columns")),
    ]);

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var path = arguments.GetPositional(0);
        if (path is not null) FileChecks.RequireReadable(arguments, path);
        var faults = new ValidationErrors();
        var options = CsvRequestReader.Read(JobSwitches.Read(arguments), new CsvSettings(), blobIsGiven: true, faults).Options;
        foreach (var (option, sentences) in faults.ToErrors()) arguments.Refuse($"{option}: {string.Join(' ', sentences)}");
        arguments.Check();

        var file = new SourceFile(path!);
        try
        {
            Show(file, await FileInspector.InspectAsync(new LocalFileSource(file), file.Length, options, schema: null, cancellationToken));
        }
        catch (CsvJobException e)
        {
            throw new CommandFailedException(e.Message, e);
        }

        return 0;
    }

    // The schema alone goes to the output, so that it can be kept in a file.
    private void Show(SourceFile file, FileFacts facts)
    {
        var inference = InferenceSummary.Of(facts.Inferred!);
        screen.WriteLine(facts.Schema.ToJson().TrimEnd());
        screen.Note($"{file.Name}: inferred from {Texts.FormatNumber(inference.Records)} records");
        foreach (var note in facts.Notes) screen.Note(note);
        foreach (var column in inference.Columns.Where(c => c.Remark is not null)) screen.Note($"{column.Name}: {column.Remark}");
        if (inference.Columns.Count > 0 && inference.Columns.All(c => c.TypeName == "string"))
            screen.Note("Warning: all columns are text.");
    }
}
