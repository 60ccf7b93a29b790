namespace Serverless.Http;

/// <summary>The faults of a request, by the option at fault: all of them are answered at once.</summary>
internal sealed class ValidationErrors
{
    private readonly SortedDictionary<string, List<string>> _byOption = new(StringComparer.Ordinal);

    /// <summary>True when there is any fault.</summary>
    public bool Any => _byOption.Count > 0;

    /// <summary>Notes one fault.</summary>
    /// <param name="option">The option's name as the caller wrote it.</param>
    /// <param name="sentence">What was expected.</param>
    public void Add(string option, string sentence)
    {
        if (!_byOption.TryGetValue(option, out var sentences)) _byOption[option] = sentences = [];
        sentences.Add(sentence);
    }

    /// <summary>As problem+json's <c>errors</c> wants them.</summary>
    public IDictionary<string, string[]> ToErrors() => _byOption.ToDictionary(f => f.Key, f => f.Value.ToArray(), StringComparer.Ordinal);
}
