using System.Globalization;
using System.Text.Json;
using Azure.Storage.Blobs;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Sets;
using Serverless.CsvJobs.Store;
using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;
using Serverless.Storage;

namespace Serverless.Local.Commands;

/// <summary>Holds the results of a job, in a folder or where the host keeps them, and its input against the proof in the summary.</summary>
internal sealed class VerifyCommand(IScreen screen, TimeProvider time)
{
    private const int MaxShown = 20;
    private const string Input = "--input";

    public static CommandSyntax Syntax { get; } = new(
        "verify", "Finds every byte of a job's results and input that is not as the job wrote or read it.", ["JOB|FOLDER", "[FILE...]"],
    [
        new(
            Input, "FILE",
            "The file that was cleaned, or the folder, pattern or files of --together; of a job, what it was started with unless given."),
        new("--json", null, "As JSON."),
        SessionOptions.Data,
    ]);

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var (what, input) = (arguments.GetPositional(0), ReadInput(arguments));
        var isFolder = Directory.Exists(what);
        if (isFolder && !File.Exists(Path.Combine(what!, Outputs.Summary)))
            arguments.Refuse($"{what} has no {Outputs.Summary}: give the folder with a job's results.");
        arguments.Check();

        try
        {
            var verification = isFolder
                ? await VerifyFolderAsync(what!, input, cancellationToken)
                : await VerifyJobAsync(what!, input, arguments, cancellationToken);
            if (arguments.Has("--json")) screen.WriteLine(JsonSerializer.Serialize(verification, JsonSerializerOptions.Web));
            else Show(verification);
            return verification.Differences.Count == 0 ? 0 : 1;
        }
        catch (CsvJobException e)
        {
            throw new CommandFailedException(e.Message, e);
        }
    }

    private static async Task<JobVerification> VerifyFolderAsync(string folder, InputFinder? input, CancellationToken cancellationToken)
    {
        return await JobVerifier.RunAsync(
            await File.ReadAllBytesAsync(Path.Combine(folder, Outputs.Summary), cancellationToken), ResultFiles.List(folder),
            name => Task.FromResult<Stream>(OpenFile(Path.Combine(folder, name))),
            names => input is null ? null : Find(input, names), cancellationToken);
    }

    // An unquoted pattern comes as many files: the first is the option's, the others follow.
    private static InputFinder? ReadInput(Arguments arguments)
    {
        var others = arguments.ListPositionals(from: 1);
        if (arguments.GetText(Input) is not { } first)
        {
            if (others.Count > 0) arguments.Refuse($"'{others[0]}' is one argument too many: the files that were cleaned follow {Input}.");
            return null;
        }

        string[] given = [first, .. others];
        var files = SourcePaths.Expand(arguments, [.. given.Where(p => !Directory.Exists(p))]);
        foreach (var path in files) FileChecks.RequireReadable(arguments, path);
        return new InputFinder([.. given.Where(Directory.Exists), .. files]);
    }

    private static IReadOnlyList<FoundInput> Find(InputFinder input, IReadOnlyList<string> names) =>
        names.Count > 0 ? input.Find(names) : input.FindOnly() is { } only ? [only]
            : throw new UsageException(Syntax.Name, [$"The job cleaned one file: name that one by {Input}."]);

    private async Task<JobVerification> VerifyJobAsync(
        string id, InputFinder? input, Arguments arguments, CancellationToken cancellationToken)
    {
        var settings = new SessionOptions(
            arguments.GetText(SessionOptions.Data.Name), Port: 0, IsVerbose: arguments.Has(CommandSyntax.Verbose.Name));
        await using var host = await CsvHost.OpenAsync(settings, screen, time, cancellationToken);
        var job = await (await host.Api).FindAsync(id, cancellationToken)
            ?? throw new UsageException(Syntax.Name, [$"{id} is no folder, and no CSV job has this id."]);
        if (job.State != CsvJobState.Completed)
            throw new UsageException(Syntax.Name, [$"Job {id} is {job.State}: only the results of a completed job can be compared."]);

        var blobs = new Dictionary<string, BlobClient>();
        foreach (var output in job.Outputs)
            blobs.Add(CsvOutputs.NameOf(output.Name), await OpenAsync(host, output.Name, cancellationToken));
        if (!blobs.TryGetValue(Outputs.Summary, out var summary))
            throw new CommandFailedException($"The {Outputs.Summary} of job {id} is missing.");
        var text = (await summary.DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
        var stored = input is null ? await FindStoredAsync(host, job.Blob, cancellationToken) : null;
        return await JobVerifier.RunAsync(
            text, blobs.Keys, name => blobs[name].OpenReadAsync(cancellationToken: cancellationToken),
            names => input is null ? stored : Find(input, names), cancellationToken);
    }

    private static async Task<IReadOnlyList<FoundInput>?> FindStoredAsync(CsvHost host, string name, CancellationToken cancellationToken)
    {
        var incoming = await host.Containers.GetAsync(Containers.Incoming, cancellationToken);
        if (BlobPattern.TryParse(name, out var pattern, out _))
        {
            var listing = await FileListing.ReadAsync(incoming, pattern, cancellationToken);
            return listing.Files.Count == 0 ? null : [.. listing.Files.Select(f => Open(f.Path))];
        }

        var file = Open(BlobName.Split(name).Path);
        return await incoming.GetBlobClient(file.Name).ExistsAsync(cancellationToken) ? [file] : null;

        FoundInput Open(string path) => new(
            path, $"{Containers.Incoming}/{path}", async token =>
                (await incoming.GetBlobClient(path).DownloadStreamingAsync(cancellationToken: token)).Value.Content);
    }

    private static async Task<BlobClient> OpenAsync(CsvHost host, string output, CancellationToken cancellationToken)
    {
        var name = BlobName.Split(output);
        return (await host.Containers.GetAsync(name, cancellationToken)).GetBlobClient(name.Path);
    }

    private static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);

    private void Show(JobVerification verification)
    {
        var differences = verification.Differences;
        if (differences.Count > 0)
        {
            screen.WriteTable(
                ["File", "From byte", "To byte", "What"],
                differences.Take(MaxShown).Select(
                    d => (string[])[d.File, Number(d.Start), Number(Math.Max(d.Start, d.End - 1)), d.Message]));
            if (differences.Count > MaxShown) screen.WriteLine($"And {Texts.Count(differences.Count - MaxShown, "difference")} more.");
        }
        else
        {
            var input = verification.Inputs switch
            {
                0 => "",
                1 => " and the input",
                var files => $" and {Texts.Count(files, "file")} of input",
            };
            screen.WriteLine(
                $"{Texts.Count(verification.Files.Count, "result")}{input} are as the job wrote and read them ({verification.Algorithm}).");
        }

        if (verification.IsInputUnproven)
            screen.Note("The input was not compared: an earlier version read its files, and noted nothing of them.");
        else if (!verification.IsInputChecked) screen.Note($"The input was not compared: name it with {Input} FILE.");
    }

    private static string Number(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);
}
