namespace Serverless.Email;

/// <summary>A mail job cannot succeed, and trying again does not help: its recipients or its template are at fault.</summary>
internal sealed class MailJobException : Exception
{
    public MailJobException()
    {
    }

    public MailJobException(string message)
        : base(message)
    {
    }

    public MailJobException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
