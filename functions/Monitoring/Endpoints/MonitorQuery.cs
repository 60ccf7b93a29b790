using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Resilience;

namespace Serverless.Monitoring.Endpoints;

/// <summary>A request's query. Reading a value notes what is wrong with it; <see cref="AnswerAsync"/> then reports all faults.</summary>
internal sealed class MonitorQuery(IQueryCollection query)
{
    private readonly ValidationErrors _faults = new();

    public string? ReadText(string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

    public int ReadNumber(string name, int otherwise, int max)
    {
        if (ReadText(name) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
            return number;
        Refuse(name, string.Create(CultureInfo.InvariantCulture, $"Give a whole number from 1 to {max}, not '{text}'."));
        return otherwise;
    }

    public ExecutionState? ReadState(string name) => ReadText(name)?.ToUpperInvariant() switch
    {
        null => null,
        "SUCCESS" => ExecutionState.Success,
        "RETRY" => ExecutionState.Retry,
        "FAILURE" => ExecutionState.Failure,
        "REVOKED" => ExecutionState.Revoked,
        var other => Refuse<ExecutionState>(name, $"Give SUCCESS, RETRY, FAILURE or REVOKED, not '{other}'."),
    };

    public ErrorClass? ReadError(string name)
    {
        if (ReadText(name) is not { } text) return null;
        return Enum.TryParse<ErrorClass>(text, ignoreCase: true, out var error) && !char.IsAsciiDigit(text[0]) && text[0] != '-'
            ? error
            : Refuse<ErrorClass>(name, $"Give one of {string.Join(", ", Enum.GetNames<ErrorClass>())}, not '{text}'.");
    }

    /// <summary>400 with every fault, else the answer as JSON.</summary>
    public async Task<IResult> AnswerAsync<T>(Func<Task<T>> answer) =>
        _faults.Any ? Problems.Invalid(_faults, "The query is refused") : Results.Json(await answer(), AppJson.Options);

    private T? Refuse<T>(string name, string fault)
        where T : struct
    {
        Refuse(name, fault);
        return null;
    }

    private void Refuse(string name, string fault) => _faults.Add(name, fault);
}
