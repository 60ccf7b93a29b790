using System.Globalization;
using System.Text;

namespace Serverless.Email.Templates;

/// <summary>Takes a rendering's text as far as its budget goes, and no more than so many characters of it.</summary>
internal sealed class BoundedWriter(RenderBudget budget, int maxLength = int.MaxValue) : TextWriter
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        budget.Charge(buffer.Length);
        if (_text.Length + (long)buffer.Length > maxLength)
            throw new TemplateException(string.Create(CultureInfo.InvariantCulture, $"it has more than {maxLength} characters."));
        _text.Append(buffer);
    }

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(char[] buffer, int index, int count)
    {
        Write(buffer, index, count);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return Task.CompletedTask;
    }

    public override Task FlushAsync() => Task.CompletedTask;

    public override string ToString() => _text.ToString();
}
