using System.Globalization;

namespace Serverless.Email.Sending;

/// <summary>A server did not take one message. The same one may be taken later when the answer was 4xx, never when it was 5xx.</summary>
/// <param name="code">The SMTP reply code.</param>
/// <param name="answer">What the server said.</param>
/// <param name="innerException">The cause.</param>
internal sealed class MailRefusedException(int code, string answer, Exception? innerException = null)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"The mail server answered {code}: {answer}"), innerException)
{
    /// <summary>The SMTP reply code.</summary>
    public int Code => code;

    /// <summary>The answer of the server.</summary>
    public string Answer => answer;

    /// <summary>True when a later try may succeed.</summary>
    public bool IsTemporary => code is >= 400 and < 500;
}

/// <summary>No message can be handed over now: the server cannot be reached, lets nobody in, or broke off. A retry may help.</summary>
internal sealed class MailUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
