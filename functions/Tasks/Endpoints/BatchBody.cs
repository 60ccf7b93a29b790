using System.Globalization;
using System.Text.Json;
using Serverless.Http;

namespace Serverless.Tasks.Endpoints;

/// <summary>Parts a body of many tasks, a JSON array or JSON Lines, into one text each: what is wrong within one is that one's.</summary>
internal static class BatchBody
{
    /// <summary>The most tasks of one body.</summary>
    public const int MaxTasks = 1000;

    // One that is nested too deep is refused by itself.
    private const int MaxDepth = 10_000;

    /// <exception cref="BodyRefusedException">It holds no task, or too many; or an array that is no JSON.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8)) body = body[3..];
        var first = body.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0) throw new BodyRefusedException("The body is empty. Send a JSON array of tasks, or one task a line.");
        var tasks = body.Span[first] == '[' ? SplitArray(body) : SplitLines(body);
        return tasks.Count > 0 ? tasks : throw new BodyRefusedException("The array is empty. Send at least one task.");
    }

    private static List<ReadOnlyMemory<byte>> SplitLines(ReadOnlyMemory<byte> body)
    {
        var tasks = new List<ReadOnlyMemory<byte>>();
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            if (line.Span.IndexOfAnyExcept(" \t\r\n"u8) >= 0) Add(tasks, line);
            body = end < 0 ? default : body[(end + 1)..];
        }

        return tasks;
    }

    private static List<ReadOnlyMemory<byte>> SplitArray(ReadOnlyMemory<byte> body)
    {
        var tasks = new List<ReadOnlyMemory<byte>>();
        try
        {
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                Add(tasks, body[start..(int)reader.BytesConsumed]);
            }

            // Nothing may come after it.
            reader.Read();
        }
        catch (JsonException e)
        {
            throw new BodyRefusedException(JsonErrors.Describe(e), innerException: e);
        }

        return tasks;
    }

    private static void Add(List<ReadOnlyMemory<byte>> tasks, ReadOnlyMemory<byte> task)
    {
        if (tasks.Count == MaxTasks)
        {
            throw new BodyRefusedException(
                string.Create(CultureInfo.InvariantCulture, $"The body has more than {MaxTasks:N0} tasks. Send them in several."));
        }

        tasks.Add(task);
    }
}
