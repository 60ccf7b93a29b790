using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;
using Serverless.Tasks.Endpoints;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Sends the tasks of a file, one a line, as many at once as the host takes.</summary>
internal sealed class SendBatchCommand(IScreen screen)
{
    // Well within what the host takes, and little enough to be answered soon.
    private const int MaxCharacters = 4 * 1024 * 1024;

    public static CommandSyntax Syntax { get; } = new(
        "tasks batch", "Sends the tasks of a file that has one a line, such as {\"task\": \"demo.add\", \"args\": {\"a\": 1, \"b\": 2}}; " +
        "- is the input stream.", ["FILE"],
        Switches.WithHost(new OptionSyntax("--batch", "ID", "The batch that they become members of, where their lines name none.")));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetPositional(0)!;
        if (file != StandardInput.Name) FileChecks.RequireReadable(arguments, file);
        var into = arguments.GetText("--batch");
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        using var lines = file == StandardInput.Name
            ? new StreamReader(Console.OpenStandardInput(), Encoding.UTF8) : new StreamReader(file, Encoding.UTF8);
        var (sent, refused) = (0, 0);
        await foreach (var batch in ReadAsync(lines, cancellationToken))
        {
            var answer = await SendAsync(api, batch, into, cancellationToken);
            (sent, refused) = (sent + answer.Sent, refused + answer.Refused);
            foreach (var (line, task) in batch.Zip(answer.Tasks)) Show(arguments, line.Number, task);
        }

        var sum = string.Create(CultureInfo.InvariantCulture, $"{sent:N0} sent, {refused:N0} refused");
        if (arguments.Has(Switches.Json.Name)) screen.Note(sum);
        else screen.WriteLine(sum);
        return refused == 0 ? 0 : 1;
    }

    private static async IAsyncEnumerable<List<(int Number, string Text)>> ReadAsync(
        StreamReader lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (number, characters, batch) = (0, 0, new List<(int Number, string Text)>());
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (batch.Count == BatchBody.MaxTasks || (batch.Count > 0 && characters + line.Length > MaxCharacters))
            {
                yield return batch;
                (characters, batch) = (0, []);
            }

            batch.Add((number, line));
            characters += line.Length;
        }

        if (batch.Count > 0) yield return batch;
    }

    private static async Task<BatchAnswer> SendAsync(
        HostApi api, List<(int Number, string Text)> batch, string? into, CancellationToken cancellationToken)
    {
        using var content = new StringContent(string.Join('\n', batch.Select(line => line.Text)), Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/jsonl");
        var answer = await api.SendContentAsync(
            HttpMethod.Post, HostApi.BuildPath("tasks", [("batch", into)]), content, cancellationToken);
        return answer.Deserialize<BatchAnswer>(AppJson.Options)!;
    }

    private void Show(Arguments arguments, int line, BatchItemAnswer task)
    {
        if (arguments.Has(Switches.Json.Name))
            screen.WriteLine(JsonSerializer.Serialize(new LineAnswer(line, task.Id, task.Problem), AppJson.Options));
        else if (task.Problem is { } problem)
            screen.WriteFault(string.Create(CultureInfo.InvariantCulture, $"Line {line}: {Word(problem)}"));
    }

    private static string Word(BatchProblem problem) => problem.Errors is { Count: > 0 } errors
        ? string.Join(' ', errors.SelectMany(option => option.Value.Select(fault => $"{option.Key}: {fault}")))
        : problem.Detail ?? problem.Title;

    private sealed record LineAnswer(int Line, string? Id, BatchProblem? Problem);
}
